"""The pages of redactions: which there are, and one over its film, drawn by its author or read by a second person."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.accounts.models import User
from apps.core.admin import PolicyAdmin, View
from apps.core.errors import NotFound, PortalError
from apps.core.forms import ServiceForm
from apps.evidence.media_tokens import LIFETIME_S, make_token, played_thing
from apps.evidence.policies import can_download_original, can_play_item
from apps.evidence.selectors import get_item_for, purpose_for
from apps.evidence.services.footage_access import open_footage
from apps.redaction import policies
from apps.redaction import services as verbs
from apps.redaction.models import Redaction
from apps.redaction.removals import take_log
from apps.redaction.selectors import get_redaction_for, newest_plan
from apps.redaction.services.taking import open_redacted
from apps.redaction.states import EDITABLE, REDACTION_TRANSITIONS, RedactionState
from apps.staff.redaction.forms import AsideForm, ReturnRedactionForm, StartForm, VersionForm
from apps.staff.redaction.rows import RedactionRow, film_tokens, page_data, statutes

MOST = 200


def redaction_pages(screen: PolicyAdmin) -> Mapping[str, tuple[str, View]]:
    """The addresses of redactions below the screen of items."""
    below = "redactions/<uuid:public_id>/"
    return {
        "redactions/": ("redactions", list_view(screen)),
        "<uuid:public_id>/redact/": ("redact", start_view),
        below: ("redaction", redaction_view(screen)),
        f"{below}plan/": ("redaction_plan", plan_view),
        f"{below}undo/": ("redaction_undo", undo_view),
        f"{below}submit/": ("redaction_submit", submit_view),
        f"{below}return/": ("redaction_return", return_view),
        f"{below}sign/": ("redaction_sign", sign_view),
        f"{below}withdraw/": ("redaction_withdraw", withdraw_view),
        f"{below}set-aside/": ("redaction_aside", aside_view),
        f"{below}retry/": ("redaction_retry", retry_view),
        f"{below}save/": ("redaction_save", save_view),
        f"{below}log/": ("redaction_log", log_view),
    }


def list_view(screen: PolicyAdmin) -> View:
    """Redactions that the person may see: those that wait for a second reader first, then the newest."""

    @require_http_methods(["GET", "HEAD"])
    def view(request: HttpRequest) -> HttpResponse:
        user = cast(User, request.user)
        seen = policies.viewable_redactions(user).select_related("item__agency", "case", "author", "reader", "made")
        waiting = seen.filter(state=RedactionState.SUBMITTED).order_by("submitted_at")[:MOST]
        others = seen.exclude(state=RedactionState.SUBMITTED).order_by("-pk")[:MOST]
        context: dict[str, Any] = {
            "waiting": [RedactionRow(one) for one in waiting],
            "others": [RedactionRow(one) for one in others],
        }
        return screen.page(request, "admin/redaction/list.html", title=_("Redactions"), **context)

    return view


@require_POST
def start_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Begin a redaction of the item, and go to it."""
    item, form = get_item_for(request.user, public_id), StartForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say for whom, or for what, the redaction is."))
        return redirect("admin:evidence_evidenceitem_change", item.public_id)
    try:
        made = verbs.start_redaction(
            case=item.submission.case, item=item, user=cast(User, request.user), **form.cleaned_data
        )
    except PortalError as error:
        messages.error(request, str(error.message))
        return redirect("admin:evidence_evidenceitem_change", item.public_id)
    return _to(made)


def redaction_view(screen: PolicyAdmin) -> View:
    """One redaction over its film. With a purpose, opening it is an access to the film."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, public_id: UUID) -> HttpResponse:
        redaction, user = get_redaction_for(request.user, public_id), cast(User, request.user)
        form = None
        if request.method == "POST":
            form = _purpose_form(user, redaction, request.POST)
            if form.is_valid() and form.open():
                messages.success(request, _("Your purpose is recorded."))
                return _to(redaction)
        context = _context(request, user, redaction, form)
        title = _("Redaction: %(title)s") % {"title": redaction.title}
        status = 422 if form else 200
        return screen.page(request, "admin/redaction/redaction.html", title=title, status=status, **context)

    return view


def _context(request: HttpRequest, user: User, redaction: Redaction, form: PurposeForm | None) -> dict[str, Any]:
    row, item = RedactionRow(redaction), redaction.item
    context: dict[str, Any] = {"redaction": redaction, "row": row, "item": item, "may_play": can_play_item(user, item)}
    if not context["may_play"]:
        return context
    purpose = purpose_for(user, item)
    if purpose is None or form is not None:
        return context | {"purpose_form": form or _purpose_form(user, redaction)}
    tokens = film_tokens(redaction)
    context["is_current"] = tokens is not None
    context["is_remade"] = tokens is not None and row.is_remade
    if request.method == "GET":
        access = open_footage(user=user, item=item, purpose=purpose, session_key=request.session.session_key)
        if tokens is not None:
            context["tokens"] = {kind: make_token(access.for_thing(kind)) for kind in tokens}
        if redaction.made is not None:
            context["copy_token"] = make_token(access.for_thing(played_thing(redaction.made.public_id)))
    draws = policies.can_draw(user, redaction)
    editable = draws and redaction.state in EDITABLE and tokens is not None
    reads = policies.can_read_for(user, redaction)
    version = {"version": redaction.version}
    return context | {
        "lifetime_s": LIFETIME_S,
        "editable": editable,
        "is_author": draws,
        "data": page_data(redaction, newest_plan(redaction), editable=editable),
        "can_undo": bool(newest_plan(redaction).undo_to),
        "version_form": VersionForm(initial=version, auto_id=False),
        "return_form": ReturnRedactionForm(initial=version, auto_id="return_%s"),
        "may_submit": draws and redaction.state in (RedactionState.DRAFT, RedactionState.RETURNED),
        "may_read": reads and redaction.state == RedactionState.SUBMITTED,
        "may_withdraw": draws and redaction.state == RedactionState.SUBMITTED,
        "aside_form": AsideForm(initial=version, auto_id="aside_%s") if _may_set_aside(user, redaction) else None,
        "may_retry": (draws or reads) and redaction.state == RedactionState.FAILED,
        "statutes": statutes(),
        "may_take": redaction.made is not None and can_download_original(user, item),
    }


def _may_set_aside(user: User, redaction: Redaction) -> bool:
    allows = REDACTION_TRANSITIONS.allows(redaction.state, RedactionState.ASIDE)
    return allows and policies.can_set_aside(user, redaction)


def _purpose_form(user: User, redaction: Redaction, data: Any = None) -> PurposeForm:
    item = redaction.item
    return PurposeForm(user, AccessKind.FOOTAGE, data, agency=item.agency, case=redaction.case)


@require_POST
def plan_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what the page has."""
    try:
        content = json.loads(request.POST.get("plan", ""))
    except (ValueError, RecursionError):
        content = None
    return _changed(request, public_id, lambda **given: verbs.save_plan(content=content, **given))


@require_POST
def undo_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Bring back what was there before the last change."""
    return _changed(request, public_id, verbs.undo_plan)


def _changed(request: HttpRequest, public_id: UUID, service: Callable[..., Redaction]) -> HttpResponse:
    """The plan as it stands now, for the page's script, or a refusal in words."""
    redaction, form = get_redaction_for(request.user, public_id), VersionForm(request.POST)
    headers = {"Cache-Control": "no-store"}
    if not form.is_valid():
        return JsonResponse({"error": _("Load the page again first.")}, status=422, headers=headers)
    try:
        mine = service(redaction=redaction, version=form.cleaned_data["version"], user=request.user)
    except NotFound:
        raise
    except PortalError as error:
        return JsonResponse({"error": str(error.message)}, status=error.status, headers=headers)
    newest = newest_plan(mine)
    answer = {"plan": newest.plan().to_json(), "version": mine.version, "canUndo": bool(newest.undo_to)}
    return JsonResponse(answer, headers=headers)


def submit_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give it to a second reader."""
    return _do(request, public_id, VersionForm, verbs.submit_redaction, _("It waits for a second reader."))


def return_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give it back to its author."""
    return _do(request, public_id, ReturnRedactionForm, verbs.return_redaction, _("It went back to its author."))


def sign_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Sign it off; a worker makes it."""
    return _do(request, public_id, VersionForm, verbs.sign_off, _("You signed it off. The copy is being made."))


def withdraw_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Its author takes it back."""
    return _do(request, public_id, VersionForm, verbs.withdraw_redaction, _("You took it back, and can go on."))


def aside_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """It is not needed."""
    return _do(request, public_id, AsideForm, verbs.set_aside, _("It is set aside. What was drawn stays as a record."))


def retry_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Have it tried again as it was signed."""
    return _do(request, public_id, VersionForm, verbs.try_again, _("The copy is being made."))


@require_POST
def _do(
    request: HttpRequest, public_id: UUID, form_kind: type[ServiceForm], service: Callable[..., Any], done: str
) -> HttpResponse:
    """Do it and go to the list, which opens no film; a refusal goes back to the page, in words."""
    redaction, form = get_redaction_for(request.user, public_id), form_kind(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return _to(redaction)
    try:
        service(redaction=redaction, user=request.user, **form.cleaned_data)
    except NotFound:
        raise
    except PortalError as error:
        messages.error(request, str(error.message))
        return _to(redaction)
    messages.success(request, done)
    return redirect("admin:evidence_evidenceitem_redactions")


@require_POST
def save_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the redacted copy: recorded, then sent as an attachment."""
    redaction, user = get_redaction_for(request.user, public_id), cast(User, request.user)
    try:
        access = open_redacted(user=user, redaction=redaction, session_key=request.session.session_key)
    except NotFound:
        raise
    except PortalError as error:
        messages.error(request, str(error.message))
        return _to(redaction)
    return redirect("evidence:media", token=make_token(access))


@require_POST
def log_view(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the log of removals as a file for spreadsheets."""
    redaction = get_redaction_for(request.user, public_id)
    try:
        lines = take_log(redaction=redaction, user=cast(User, request.user))
    except PortalError as error:
        messages.error(request, str(error.message))
        return _to(redaction)
    name = f"redaction-{redaction.item.submission.code}-{str(redaction.public_id)[:8]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(b"".join(lines), content_type="text/csv; charset=utf-8", headers=headers)


def _to(redaction: Redaction) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(reverse("admin:evidence_evidenceitem_redaction", args=[redaction.public_id]))
    answer.status_code = 303
    return answer
