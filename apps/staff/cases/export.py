"""The timeline of a case as a file: a page that says what leaves the portal, and the file. Recorded as every export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.agencies.models import Case
from apps.agencies.policies import has_role
from apps.cases.selectors import get_case_for
from apps.core.admin import PolicyAdmin
from apps.core.errors import InvalidInput, NotAllowed
from apps.imports.exporting import csv_lines
from apps.imports.pages import download
from apps.lists.services import record_export
from apps.staff.cases.page import page_of_case, url_of
from apps.staff.cases.timeline import entries_about, lines_of
from apps.staff.lists.export_view import MOST, ReasonForm
from apps.staff.lists.table import EXPORTS, TIMELINE

_ROLES = EXPORTS["agencies.case"].roles
_COLUMNS = ("at", "what", "reason", "who", "about", "entry")


def may_export(user: User, case: Case) -> bool:
    """Whoever may export the list of cases of this agency."""
    return has_role(user, case.agency, *_ROLES)


def timeline_view(screen: PolicyAdmin) -> Callable[..., Any]:
    """The view of the screen of cases: what a person reads on the page, in full, and nothing else."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, public_id: UUID) -> HttpResponse | StreamingHttpResponse:
        user = cast(User, request.user)
        case = get_case_for(user, public_id)
        if not may_export(user, case):
            raise NotAllowed(_("Your role does not export this list."), code="role")
        if request.method != "POST":
            return _page(screen, request, case, ReasonForm(auto_id="export_%s"))
        form = ReasonForm(request.POST, auto_id="export_%s")
        if not form.is_valid():
            return _page(screen, request, case, form, status=422)
        try:
            return _file(user, case, form.cleaned_data["reason"])
        except InvalidInput as error:
            form.refuse(error)
            return _page(screen, request, case, form, status=422)

    return view


def _file(user: User, case: Case, reason: str) -> StreamingHttpResponse:
    """Read the rows, record it, then send: no connection to the database is held while bytes are sent."""
    page = page_of_case(user, case, most=MOST)
    entries = list(entries_about(page.subjects, page.opened)[: MOST + 1])
    rows = [
        [f"{line.at:%Y-%m-%d %H:%M:%S}", line.words, line.reason, line.who, line.about, _text(line.index)]
        for line in lines_of(entries[:MOST], page.things, page.reasons)
    ]
    record_export(
        user=user,
        roles=_ROLES,
        listed=TIMELINE,
        filters=["case"],
        columns=_COLUMNS,
        rows=len(rows),
        capped=len(entries) > MOST,
        reason=reason,
        asks_reason=True,
        about=str(case.public_id),
    )
    name = f"timeline-{timezone.localdate():%Y-%m-%d}.csv"
    return download(csv_lines([_headings(), *rows]), name, "text/csv")


def _page(
    screen: PolicyAdmin, request: HttpRequest, case: Case, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    page = page_of_case(cast(User, request.user), case, most=MOST)
    count = entries_about(page.subjects, page.opened).order_by()[: MOST + 1].count()
    title = _("Case %(number)s") % {"number": case.number}
    return screen.page(
        request,
        "admin/lists/export.html",
        title=_("Export: %(list)s") % {"list": _("Timeline")},
        status=status,
        count=min(count, MOST),
        capped=count > MOST,
        most=MOST,
        columns=_headings(),
        narrowed=False,
        back=url_of(case),
        back_words=_("Back to the case"),
        list_title=title,
        form=form,
    )


def _headings() -> list[str]:
    return [_("when (UTC)"), _("what"), _("reason"), _("who"), _("about"), _("entry of the ledger")]


def _text(index: Any) -> str:
    return "" if index is None else str(index)
