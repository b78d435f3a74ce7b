"""Who acts for an invitation: a browser that opened its link, or a registrant of its partner who is signed in.

A registrant needs no link: membership itself is enough.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import UUIDField
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.prepared import Given, PreparedQuery
from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.policies import can_view_invitation, viewable_invitations
from apps.footage_requests.states import MAY_GIVE, InvitationState, MatchState, RequestState
from apps.ledger.values import Actor
from apps.links import access as links

COOKIE = links.cookie_name(INVITATION)


def _first_of(subjects: list[UUID]) -> Invitation | None:
    """The first of these invitations that was not revoked."""
    if not subjects:
        return None
    rows = Invitation.objects.filter(public_id__in=subjects).exclude(state=InvitationState.REVOKED)
    found = {
        row.public_id: row
        for row in rows.select_related("request__agency", "request__case", "request__author", "partner")
    }
    return next((found[subject] for subject in subjects if subject in found), None)


def invitation_from(request: HttpRequest, public_id: UUID | str | None = None) -> Invitation | None:
    """The invitation that this caller may act for, or None. Fetched with request, agency, case and partner.

    `public_id` says which one is meant (a page's URL or an upload's scope names it); without it the one that was opened
    last is meant, and only the cookie counts. A revoked invitation and an older generation open nothing. One whose
    request has ended is still returned, so that uploads under way can finish: ask `accepts_uploads` before a new one.
    """
    if public_id is None:
        return _first_of(links.opened_subjects(request, INVITATION))
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        return None
    by_link = _first_of([wanted]) if links.has_opened(request, INVITATION, wanted) else None
    if by_link is not None:
        return by_link
    return (
        viewable_invitations(request.user)
        .filter(public_id=wanted)
        .select_related("request__agency", "request__case", "request__author", "partner")
        .first()
    )


_INVITATIONS = PreparedQuery(lambda: Invitation.objects.filter(public_id=Given("public_id", UUIDField())))


def opens(request: HttpRequest, public_id: UUID) -> bool:
    """Whether `invitation_from` would find it, by small queries: asked with each part of a file."""
    alive = any(one.state != InvitationState.REVOKED for one in _INVITATIONS.given(public_id=public_id))
    if alive and links.has_opened(request, INVITATION, public_id):
        return True
    return viewable_invitations(request.user).filter(public_id=public_id).exists()


def was_revoked(request: HttpRequest, public_id: UUID) -> bool:
    """Whether this caller once opened the link and it was revoked since; others are told nothing."""
    if not links.once_opened(request, INVITATION, public_id):
        return False
    return Invitation.objects.filter(public_id=public_id, state=InvitationState.REVOKED).exists()


def actor_from(request: HttpRequest, invitation: Invitation) -> Actor:
    """How the ledger names this caller: the registrant who is signed in, else the holder of the link."""
    user = request.user
    if isinstance(user, User) and can_view_invitation(user, invitation):
        return actor_for(user, role="registrant")
    return Actor.invitation(invitation.public_id)


def accepts_answers(invitation: Invitation) -> bool:
    """An answer, also a later one, is taken until the request closes or the link is revoked."""
    asked = invitation.request
    return (
        invitation.state in (InvitationState.QUEUED, InvitationState.SENT)
        and asked.state == RequestState.OPEN
        and (asked.closes_at is None or asked.closes_at > timezone.now())
    )


def accepts_uploads(invitation: Invitation) -> bool:
    """A new upload may begin as long as answers are taken. One under way may finish, unless the link is revoked.

    Not where each camera was answered for and none has footage: the answer is changed first.
    """
    return accepts_answers(invitation) and not answered_without_footage(invitation.public_id)


def answered_without_footage(invitation: UUID, match: str = "") -> bool:
    """Whether the partner said that this camera has no footage, or, where none is named, that no camera has any."""
    matches = Match.objects.filter(invitation__public_id=invitation)
    # A file of a camera that is no longer needed may finish; it does not keep the others open.
    matches = matches.filter(public_id=match) if match else matches.exclude(state=MatchState.TAKEN_OUT)
    answers = set(matches.values_list("answer", flat=True))
    return bool(answers) and answers.isdisjoint(MAY_GIVE)
