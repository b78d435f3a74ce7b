"""The export of a list: a page that says what leaves the portal, and the file."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.apps import apps
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.core.forms import ServiceForm
from apps.imports.exporting import csv_lines
from apps.imports.pages import download
from apps.lists.services import REASON_MAX, record_export
from apps.staff.lists.columns import label_of, name_of, without_box, words_of
from apps.staff.lists.screens import ListScreen
from apps.staff.lists.table import EXPORTS, Export
from apps.staff.lists.views import NO_FILTERS

MOST = 10_000


class ReasonForm(ServiceForm):
    """What the rows are for."""

    reason = forms.CharField(
        label=gettext_lazy("What are these rows for?"),
        help_text=gettext_lazy("They name people. The auditor reads your reason."),
        max_length=REASON_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def screen_of(site: Any, label: str) -> ListScreen:
    """The screen of this list. Raises NotFound."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        model = None
    found = site._registry.get(model)
    if not isinstance(found, ListScreen) or found.opts.label_lower != label:
        raise NotFound(_("There is no such list."))
    return found


def list_as_asked(screen: ListScreen, request: HttpRequest) -> ChangeList:
    """The list that the address asks for. Raises InvalidInput for a filter that it has not."""
    try:
        return screen.get_changelist_instance(request)
    except (IncorrectLookupParameters, DisallowedModelAdminLookup) as error:
        raise InvalidInput(
            _("This list has no such filter. Go back to the list and choose the filters again.")
        ) from error


def export_view(site: Any) -> Any:
    """The view of the site, for every list."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, label: str) -> HttpResponse | StreamingHttpResponse:
        screen = screen_of(site, label)
        user, export = cast(User, request.user), EXPORTS.get(label)
        if not screen.has_view_permission(request):
            raise NotFound(_("There is no such list."))
        if export is None or not export.may(user):
            raise NotAllowed(_("Your role does not export this list."), code="role")
        listed = list_as_asked(screen, request)
        rows = export.rows(user, screen.rows_of(listed))
        if request.method != "POST":
            form = ReasonForm(auto_id="export_%s") if export.asks_reason else None
            return _page(request, screen, listed, export, rows, form)
        form = ReasonForm(request.POST, auto_id="export_%s")
        if export.asks_reason and not form.is_valid():
            return _page(request, screen, listed, export, rows, form, status=422)
        try:
            return _file(request, screen, listed, export, rows)
        except InvalidInput as error:
            form.refuse(error)
            return _page(request, screen, listed, export, rows, form, status=422)

    return view


def _file(
    request: HttpRequest, screen: ListScreen, listed: ChangeList, export: Export, rows: QuerySet[Any]
) -> StreamingHttpResponse:
    """Read the rows, record it, then send: no connection to the database is held while bytes are sent."""
    columns = without_box(listed.list_display)
    table = [[label_of(column, screen) for column in columns]]
    for row in rows[: MOST + 1].iterator(chunk_size=500):
        table.append([words_of(column, row, screen) for column in columns])
    capped = len(table) > MOST + 1
    del table[MOST + 1 :]
    record_export(
        user=cast(User, request.user),
        roles=export.roles,
        listed=screen.opts.label_lower,
        filters=[name for name in request.GET if name == "q" or name not in NO_FILTERS],
        columns=[name_of(column) for column in columns],
        rows=len(table) - 1,
        capped=capped,
        reason=request.POST.get("reason", ""),
        asks_reason=export.asks_reason,
    )
    name = f"{screen.opts.model_name}-{timezone.localdate():%Y-%m-%d}.csv"
    return download(csv_lines(table), name, "text/csv")


def _page(
    request: HttpRequest,
    screen: ListScreen,
    listed: ChangeList,
    export: Export,
    rows: QuerySet[Any],
    form: ReasonForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    count = rows.order_by()[: MOST + 1].count()
    query = request.GET.urlencode()
    return screen.page(
        request,
        "admin/lists/export.html",
        title=_("Export: %(list)s") % {"list": screen.list_title()},
        status=status,
        count=min(count, MOST),
        capped=count > MOST,
        most=MOST,
        columns=[label_of(column, screen) for column in without_box(listed.list_display)],
        narrowed=bool(listed.query or listed.has_active_filters),
        back=screen.list_url() + (f"?{query}" if query else ""),
        list_title=screen.list_title(),
        form=form if export.asks_reason else None,
    )
