"""What every verb of a request begins and ends with."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.agencies.models import Agency, Case
from apps.agencies.policies import Person
from apps.agencies.request_limits import limits_of
from apps.core.errors import NotFound, Stale
from apps.core.locks import locked
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.policies import can_view_request
from apps.ledger.values import Subject


def locked_request(request: FootageRequest) -> FootageRequest:
    """The row as it stands now, locked until the caller's transaction ends."""
    # Without its case: PostgreSQL finds no row if the case that was joined is another one once the lock is had.
    return locked(FootageRequest.objects).select_related("agency").get(pk=request.pk)


def locked_for(user: Person, request: FootageRequest) -> FootageRequest:
    """As `locked_request`. Raises NotFound for somebody who may not see it."""
    fresh = locked_request(request)
    if not can_view_request(user, fresh):
        raise NotFound(_("There is no such request among yours."))
    return fresh


def locked_with_case(user: Person, request: FootageRequest, *, to_contact: bool = False) -> FootageRequest:
    """As `locked_for`, with the case before it, so that the requests of a case are counted one after the other.

    `to_contact` is for who is about to contact partners: an agency that limits this does it for one request at a time.
    Raises Stale if the request went to another case, or the agency set such a limit, while this waited.
    """
    read = FootageRequest.objects.select_related("agency").get(pk=request.pk)
    limited = to_contact and limits_of(read.agency).per_partner is not None
    if limited:
        locked(Agency.objects).get(pk=read.agency_id)
    locked(Case.objects).get(pk=read.case_id)
    fresh = locked_for(user, request)
    newly_limited = to_contact and not limited and limits_of(fresh.agency).per_partner is not None
    if fresh.case_id != read.case_id or newly_limited:
        raise Stale(_("Somebody changed this request while you had it open. Look at it again; nothing was saved."))
    return fresh


def locked_invitation(invitation: Invitation) -> Invitation:
    """The request's row first, then the invitation's, so that no two verbs wait for each other crosswise."""
    locked_request(invitation.request)
    return (
        locked(Invitation.objects).select_related("request__agency", "request__case", "partner").get(pk=invitation.pk)
    )


def check_version(request: FootageRequest, version: int) -> None:
    """Raise Stale if somebody changed the request since `version` was read."""
    if request.version != version:
        raise Stale(_("Somebody changed this request while you had it open. Look at it again; nothing was saved."))


def subject_of(request: FootageRequest) -> Subject:
    """The subject of every act on a request, its invitations and answers: so a request's history is one query."""
    return Subject.of("footage_request", request.public_id)
