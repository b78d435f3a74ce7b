"""Who stands at the door of an invitation: whoever opened its link, or a registrant of its partner who is signed in.

The signed cookie `invitation` holds up to eight keys, newest first, each `<invitation>:<generation>`. Renewing a link
raises the generation, so older cookies die with it. A registrant needs no cookie: membership itself opens the door.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.footage_requests.models import Invitation
from apps.footage_requests.policies import can_view_invitation, viewable_invitations
from apps.footage_requests.states import Answer, InvitationState, RequestState
from apps.ledger.values import Actor

COOKIE = "invitation"
_SALT = "footage_requests.invitation"
_MOST = 8


def _keys(request: HttpRequest) -> list[tuple[UUID, int]]:
    raw = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=_lifetime())
    keys = []
    for part in (raw or "").split():
        public_id, _, generation = part.partition(":")
        try:
            keys.append((UUID(public_id), int(generation)))
        except ValueError:
            continue
    return keys[:_MOST]


def _lifetime() -> int:
    """Seconds: a cookie outlives the longest request by nothing."""
    return int(settings.REQUEST_OPEN_DAYS) * 86400


def _of_cookie(keys: list[tuple[UUID, int]]) -> list[Invitation]:
    """The invitations that these keys open, in their order, in one query."""
    found = {
        (invitation.public_id, invitation.generation): invitation
        for invitation in Invitation.objects.filter(public_id__in=[public_id for public_id, _ in keys])
        .exclude(state=InvitationState.REVOKED)
        .select_related("request__agency", "request__case", "partner")
    }
    return [found[key] for key in keys if key in found]


def invitation_from(request: HttpRequest, public_id: UUID | str | None = None) -> Invitation | None:
    """The invitation that this caller may act for, or None. Fetched with request, agency, case and partner.

    `public_id` says which one is meant (a page's URL or an upload's scope names it); without it the one that was opened
    last is meant, and only the cookie counts. A revoked invitation and an older generation open nothing. One whose
    request has ended is still returned, so that uploads under way can finish: ask `accepts_uploads` before a new one.
    """
    keys = _keys(request)
    if public_id is None:
        found = _of_cookie(keys)
        return found[0] if found else None
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        return None
    by_link = _of_cookie([key for key in keys if key[0] == wanted])
    if by_link:
        return by_link[0]
    return (
        viewable_invitations(request.user)
        .filter(public_id=wanted)
        .select_related("request__agency", "request__case", "partner")
        .first()
    )


def opens(request: HttpRequest, public_id: UUID) -> bool:
    """Whether `invitation_from` would find it, by one small query: asked with each part of a file."""
    generations = [generation for one, generation in _keys(request) if one == public_id]
    alive = Invitation.objects.exclude(state=InvitationState.REVOKED).filter(public_id=public_id)
    if generations and alive.filter(generation__in=generations).exists():
        return True
    return viewable_invitations(request.user).filter(public_id=public_id).exists()


def was_revoked(request: HttpRequest, public_id: UUID) -> bool:
    """Whether this caller once opened the link and it was revoked since; others are told nothing."""
    if not any(key[0] == public_id for key in _keys(request)):
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
    return accepts_answers(invitation) and not answered_without_footage(invitation)


def answered_without_footage(invitation: Invitation) -> bool:
    """Whether the partner answered for each of its cameras, and said of none that it has footage."""
    answers = set(invitation.matches.values_list("answer", flat=True))
    return bool(answers) and "" not in answers and Answer.HAS_FOOTAGE not in answers


def remember(response: HttpResponse, request: HttpRequest, invitation: Invitation) -> None:
    """Set the cookie that opens this invitation, in front of those it already opens."""
    keys = [key for key in _keys(request) if key[0] != invitation.public_id]
    keys.insert(0, (invitation.public_id, invitation.generation))
    response.set_signed_cookie(
        COOKIE,
        " ".join(f"{public_id}:{generation}" for public_id, generation in keys[:_MOST]),
        salt=_SALT,
        max_age=_lifetime(),
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )
