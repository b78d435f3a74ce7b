"""What was shared with somebody outside: the link opens the page, a code by mail lets in, each look is recorded."""

from __future__ import annotations

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.core.errors import InvalidInput, NotFound, PortalError
from apps.evidence.media_tokens import fingerprint
from apps.links import access
from apps.links.views import SeeOther, landing
from apps.sharing import visits
from apps.sharing.link_kinds import SHARED
from apps.sharing.models import Grant, Visit
from apps.sharing.selectors import court_status_of, get_open_item, open_items
from apps.sharing.services.court import may_tell, tell_court_status
from apps.sharing.services.entering import ask_again, begin_visit, prove_visit
from apps.sharing.services.looking import open_shared_outside, save_shared_outside
from apps.sharing.services.passing_on import state_passed_on
from apps.sharing.watching import thing_to_save, watch_context
from apps.web.sharing.forms import CodeForm, CourtForm, PassedOnForm

_VISITS = "shared_visits"


@never_cache
@require_safe
def shared(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page of the link: asks for the code, lists the videos, or says that the days are over."""
    grant = _grant(request, public_id)
    if grant is None:
        return _shut(request, public_id)
    visit = _visit(request, grant)
    if not visits.is_open(grant):
        return _page(request, "ended", grant)
    if visit is None or visit.proved_at is None:
        return _page(request, "code", grant, visit=visit, form=CodeForm())
    return _inside(request, grant)


@never_cache
@require_POST
def again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for a new link. Only who once opened a link of this grant can ask, and it goes to the grant's own address."""
    if not access.once_opened(request, SHARED, public_id):
        return landing(request, SHARED, public_id)
    grant = visits.grant_by_id(public_id)
    if ask_again(grant=grant):
        messages.success(request, _("A new link is on its way to your mailbox. It may take some minutes."))
    else:
        messages.success(request, _("The agency was told that you ask. If it agrees, a new link comes by mail."))
    return SeeOther(SHARED.path(public_id))


@never_cache
@require_POST
def code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mail a code to the address in the grant."""
    grant = _grant(request, public_id)
    if grant is None:
        return _shut(request, public_id)
    if not request.session.session_key:
        request.session.create()
    try:
        visit, digits = begin_visit(grant=grant, session=fingerprint(request.session.session_key))
    except PortalError as error:
        messages.error(request, str(error.message))
        return SeeOther(SHARED.path(public_id))
    request.session[_VISITS] = {**request.session.get(_VISITS, {}), str(public_id): str(visit.public_id)}
    get_adapter().send_mail("sharing/email/code", grant.address, {"code": digits})
    return SeeOther(SHARED.path(public_id))


@never_cache
@require_POST
def enter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the code. The session gets a new name, so that nobody who knew the old one comes in with it."""
    grant = _grant(request, public_id)
    if grant is None:
        return _shut(request, public_id)
    visit, form = _visit(request, grant), CodeForm(request.POST)
    if visit is None:
        return SeeOther(SHARED.path(public_id))
    if not form.is_valid():
        return _page(request, "code", grant, visit=visit, form=form, status=422)
    request.session.cycle_key()
    try:
        prove_visit(visit=visit, code=form.cleaned_data["code"], session=fingerprint(request.session.session_key))
    except InvalidInput as error:
        form.refuse(error)
        return _page(request, "code", grant, visit=visit, form=form, status=422)
    except PortalError as error:
        messages.error(request, str(error.message))
    return SeeOther(SHARED.path(public_id))


@never_cache
@require_safe
def watch(request: HttpRequest, public_id: UUID, item_id: UUID) -> HttpResponse:
    """One video: opening the page is an access, which its owner reads."""
    entered = _entered(request, public_id)
    if entered is None:
        return SeeOther(SHARED.path(public_id))
    grant, visit = entered
    item = get_open_item(grant, item_id)
    opened = open_shared_outside(grant=grant, item=item, visit=visit)
    return render(request, "web/sharing/watch.html", watch_context(grant, item, opened))


@never_cache
@require_POST
def save(request: HttpRequest, public_id: UUID, item_id: UUID) -> HttpResponse:
    """Save the working copy or the original: recorded, then sent as an attachment."""
    entered = _entered(request, public_id)
    if entered is None:
        return SeeOther(SHARED.path(public_id))
    grant, visit = entered
    item = get_open_item(grant, item_id)
    thing = thing_to_save(grant, item, request.POST.get("thing", ""))
    opened = save_shared_outside(grant=grant, item=item, thing=thing, visit=visit)
    return redirect("evidence:shared", token=opened.token())


@never_cache
@require_POST
def passed_on(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The recipient says to whom a copy went on."""
    entered = _entered(request, public_id)
    if entered is None:
        return SeeOther(SHARED.path(public_id))
    grant, visit = entered
    form = PassedOnForm(request.POST, offered=list(open_items(grant)))
    if not form.is_valid():
        return _inside(request, grant, form=form)
    given = form.cleaned_data
    try:
        state_passed_on(
            grant=grant,
            visit=visit,
            item=get_open_item(grant, given["item"]) if given["item"] else None,
            whom=given["whom"],
            reason=given["reason"],
            request_key=given["request_key"],
        )
    except InvalidInput as error:
        form.refuse(error)
        return _inside(request, grant, form=form)
    messages.success(request, _("Recorded. The agency reads it."))
    return SeeOther(SHARED.path(public_id))


@never_cache
@require_POST
def court(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The prosecutor says how the case stands in court."""
    entered = _entered(request, public_id)
    if entered is None:
        return SeeOther(SHARED.path(public_id))
    grant, visit = entered
    form = CourtForm(request.POST)
    if not form.is_valid():
        return _inside(request, grant, court_form=form)
    given = form.cleaned_data
    tell_court_status(grant=grant, visit=visit, state=given["state"], request_key=given["request_key"])
    messages.success(request, _("Recorded. The owners of the videos can read it."))
    return SeeOther(SHARED.path(public_id))


def _grant(request: HttpRequest, public_id: UUID) -> Grant | None:
    """The grant, if this browser opened its newest link."""
    return visits.grant_by_id(public_id) if access.has_opened(request, SHARED, public_id) else None


def _shut(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The landing page; for who opened an older link, the page on which to ask again."""
    if not access.once_opened(request, SHARED, public_id):
        return landing(request, SHARED, public_id)
    return _page(request, "replaced", visits.grant_by_id(public_id))


def _visit(request: HttpRequest, grant: Grant) -> Visit | None:
    named = request.session.get(_VISITS, {}).get(str(grant.public_id), "")
    return visits.visit_of(grant, named, fingerprint(request.session.session_key)) if named else None


def _entered(request: HttpRequest, public_id: UUID) -> tuple[Grant, Visit] | None:
    """Grant and visit of who is inside. Raises NotFound for a grant that is over."""
    grant = _grant(request, public_id)
    visit = _visit(request, grant) if grant else None
    if grant is None or visit is None or visit.proved_at is None:
        return None
    if not visits.is_open(grant):
        raise NotFound(_("There is no such grant, or it is over."))
    return grant, visit


def _inside(
    request: HttpRequest, grant: Grant, *, form: PassedOnForm | None = None, court_form: CourtForm | None = None
) -> HttpResponse:
    items = list(open_items(grant))
    context = {
        "grant": grant,
        "items": items,
        "form": form or PassedOnForm(offered=items),
        "court_form": (court_form or CourtForm()) if may_tell(grant) else None,
        "court": court_status_of(grant),
    }
    return render(request, "web/sharing/videos.html", context, status=422 if form or court_form else 200)


def _page(
    request: HttpRequest,
    name: str,
    grant: Grant,
    *,
    visit: Visit | None = None,
    form: CodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    waits = visit is not None and visits.waits_for_code(visit)
    may_ask = grant.revoked_at is None and not grant.agreement.is_over
    context = {"grant": grant, "form": form, "waits": waits, "may_ask": may_ask, "replaced": name == "replaced"}
    template = "ended" if name == "replaced" else name
    return render(request, f"web/sharing/{template}.html", context, status=status)
