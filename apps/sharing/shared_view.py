"""`/media/shared/<token>`: the only address that serves what a grant gives; each range asks again whether it holds."""

from __future__ import annotations

import mimetypes
from dataclasses import replace

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.agencies.policies import Person, has_role
from apps.core.connections import let_go_of_connection
from apps.core.errors import NotFound, PortalError
from apps.evidence.media_tokens import LIFETIME_S, fingerprint
from apps.evidence.media_views import Thing, serve, still_signed_in, thing_of
from apps.evidence.models import EvidenceItem
from apps.sharing import visits
from apps.sharing.models import Grant
from apps.sharing.policies import SAVERS
from apps.sharing.selectors import get_open_item, get_received_for, purpose_for
from apps.sharing.services.looking import check_saving, check_seeing
from apps.sharing.shared_tokens import STAFF, SharedAccess, read_token


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send what was shared to whom its token was made for, while the grant, the agreement and the purpose hold.

    404 for a token that is not ours or not yours, 410 for one that is over, 416 for a range outside, 503 when the store
    is away.
    """
    access = read_token(token)
    session_key = request.session.session_key
    item = item_for_access(access, request.user, session_key)
    thing = thing_of(item, access.thing)
    if access.saves and thing.disposition == "inline":
        named = content_disposition_header(True, _name_of_copy(item, thing)) or "attachment"
        thing = replace(thing, disposition=named)
    return serve(request, thing, ask_again=lambda: _ask_again(access, session_key))


@require_POST
def renew(request: HttpRequest) -> JsonResponse:
    """Another token for the same access, if all that permitted it still holds. No new entry: it is the same access."""
    access = read_token(request.POST.get("token", ""))
    item_for_access(access, request.user, request.session.session_key)
    answer = JsonResponse({"token": access.token(), "lifetime_s": LIFETIME_S})
    answer["Cache-Control"] = "no-store"
    return answer


def item_for_access(access: SharedAccess, user: Person, session_key: str | None) -> EvidenceItem:
    """The item of an access, if all that permitted it still holds. Raises NotFound otherwise."""
    refused = NotFound(_("There is nothing here."))
    if not session_key or fingerprint(session_key) != access.session:
        raise refused
    try:
        grant = _grant_of_staff(access, user) if access.kind == STAFF else _grant_of_visitor(access)
        item = get_open_item(grant, access.item)
        check = check_saving if access.saves else check_seeing
        check(grant, item, access.thing)
        return item
    except PortalError as error:
        raise refused from error


def _grant_of_staff(access: SharedAccess, user: Person) -> Grant:
    if not isinstance(user, User) or not user.is_active or user.public_id != access.holder:
        raise NotFound(_("There is nothing here."))
    grant = get_received_for(user, access.grant)
    agency = grant.agreement.to_agency
    if access.saves and (agency is None or not has_role(user, agency, *SAVERS)):
        raise NotFound(_("There is nothing here."))
    if purpose_for(user, grant) is None:
        raise NotFound(_("There is nothing here."))
    return grant


def _grant_of_visitor(access: SharedAccess) -> Grant:
    grant = visits.grant_by_id(access.grant)
    visit = visits.visit_of(grant, str(access.holder), access.session)
    if visit is None or visit.proved_at is None or not visits.is_open(grant):
        raise NotFound(_("There is nothing here."))
    return grant


def _name_of_copy(item: EvidenceItem, thing: Thing) -> str:
    """The giver's name of the file with the ending of what is sent."""
    return f"{item.filename.rpartition('.')[0] or 'copy'}{mimetypes.guess_extension(thing.content_type) or ''}"


def _ask_again(access: SharedAccess, session_key: str | None) -> None:
    """Raise NotFound, which breaks the transfer off, if the person signed out or the grant ended meanwhile."""
    try:
        user = still_signed_in(access.holder, session_key) if access.kind == STAFF else AnonymousUser()
        item_for_access(access, user, session_key)
    finally:
        let_go_of_connection()
