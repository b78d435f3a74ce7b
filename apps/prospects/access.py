"""Who may see what was entered about an owner: a browser that opened the link, or a person with that address."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.prepared import Given
from apps.ledger.values import Actor
from apps.links import access as links
from apps.prospects.digests import email_key
from apps.prospects.link_kinds import OWNER
from apps.prospects.models import OwnerInvitation
from apps.prospects.states import OPEN_OWNERS, OwnerState


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
    if links.has_opened(request, OWNER, public_id):
        return found
    # The link is revoked with the answer. A browser that opened it before is told so.
    return found if found.state not in OPEN_OWNERS and links.once_opened(request, OWNER, public_id) else None


def actor_of(request: HttpRequest, invitation: OwnerInvitation) -> Actor:
    """How the ledger names this caller."""
    if isinstance(request.user, User):
        return actor_for(request.user, role="registrant")
    return Actor.invitation(invitation.public_id)


def invitations_of(user: User) -> QuerySet[OwnerInvitation]:
    """What was entered for this person's address and waits for an answer."""
    if user.is_staff:
        return OwnerInvitation.objects.none()
    return invitations_to(email_key(user.email)).select_related("agency").order_by("pk")


def invitations_to(key: str | Given) -> QuerySet[OwnerInvitation]:
    """The same for the key of an address (`email_key`), without asking whose it is."""
    return OwnerInvitation.objects.filter(email_key=key, state__in=OPEN_OWNERS)


def recorded(invitation: OwnerInvitation) -> list[Recorded]:
    """Everything that is recorded of cameras."""
    found = []
    for camera in invitation.cameras.exclude(details="").order_by("pk"):
        kept = json.loads(camera.details)
        found.append(Recorded(kept["stated"]["name"], kept["site"], kept["address"], kept["stated"]))
    return found


def is_open(invitation: OwnerInvitation) -> bool:
    """Whether it still waits for an answer."""
    return invitation.state in OPEN_OWNERS


def is_claimed(invitation: OwnerInvitation) -> bool:
    return invitation.state == OwnerState.CLAIMED
