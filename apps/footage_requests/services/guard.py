"""What every verb of a request begins and ends with."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound, Stale
from apps.core.locks import locked
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.policies import can_view_request
from apps.ledger.values import Subject


def locked_request(request: FootageRequest) -> FootageRequest:
    """The row as it stands now, locked until the caller's transaction ends."""
    return locked(FootageRequest.objects).select_related("agency", "case").get(pk=request.pk)


def locked_for(user: Person, request: FootageRequest) -> FootageRequest:
    """As `locked_request`. Raises NotFound for somebody who may not see it."""
    fresh = locked_request(request)
    if not can_view_request(user, fresh):
        raise NotFound(_("There is no such request among yours."))
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
