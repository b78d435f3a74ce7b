"""Who stands at an owner's door: whoever opened its link in this session, or is signed in with its address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.imports import tokens
from apps.imports.match_context import email_key
from apps.imports.models import OwnerInvitation
from apps.imports.states import OPEN_OWNERS, OwnerState
from apps.ledger.values import Actor

_SESSION = "owner_invitations"
_MOST = 8


@dataclass(frozen=True, slots=True)
class Recorded:
    """A camera as its owner reads what somebody else entered."""

    name: str
    site: str
    address: str
    stated: dict[str, Any]


def invitation_from(request: HttpRequest, public_id: UUID) -> OwnerInvitation | None:
    """The invitation, if this caller may see what is recorded in it. Staff never may."""
    found = OwnerInvitation.objects.select_related("agency", "partner").filter(public_id=public_id).first()
    if found is None:
        return None
    user = request.user
    if isinstance(user, User):
        if user.is_staff or not user.is_active:
            return None
        if found.email_key == email_key(user.email):
            return found
    return found if str(public_id) in request.session.get(_SESSION, []) else None


def open_by_secret(public_id: UUID, secret: str) -> OwnerInvitation | None:
    """The invitation that this token or typed code opens, in constant time."""
    found = OwnerInvitation.objects.filter(public_id=public_id).first()
    by_token = tokens.opens(secret, found.token_digest if found else "0" * 64)
    by_code = tokens.code_opens(secret, found.code_digest if found else "0" * 64)
    return found if found is not None and (by_token or by_code) else None


def remember(request: HttpRequest, invitation: OwnerInvitation) -> None:
    """This session has opened the door."""
    opened = [one for one in request.session.get(_SESSION, []) if one != str(invitation.public_id)]
    request.session[_SESSION] = [str(invitation.public_id), *opened][:_MOST]


def actor_of(request: HttpRequest, invitation: OwnerInvitation) -> Actor:
    """How the ledger names this caller."""
    if isinstance(request.user, User):
        return actor_for(request.user, role="registrant")
    return Actor.invitation(invitation.public_id)


def invitations_of(user: User) -> QuerySet[OwnerInvitation]:
    """What was entered for this person's address and waits for an answer."""
    if user.is_staff:
        return OwnerInvitation.objects.none()
    rows = OwnerInvitation.objects.filter(email_key=email_key(user.email), state__in=OPEN_OWNERS)
    return rows.select_related("agency").order_by("pk")


def recorded(invitation: OwnerInvitation) -> list[Recorded]:
    """Everything that is recorded of cameras."""
    found = []
    for held in invitation.cameras.exclude(details="").order_by("pk"):
        kept = json.loads(held.details)
        found.append(Recorded(kept["stated"]["name"], kept["site"], kept["address"], kept["stated"]))
    return found


def is_open(invitation: OwnerInvitation) -> bool:
    """Whether it still waits for an answer."""
    return invitation.state in OPEN_OWNERS


def is_claimed(invitation: OwnerInvitation) -> bool:
    return invitation.state == OwnerState.CLAIMED
