"""What was entered about a person goes with their no, with their silence, and with their account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.services import revoke_link
from apps.prospects.digests import email_key
from apps.prospects.link_kinds import OWNER
from apps.prospects.models import OwnerInvitation
from apps.prospects.states import OPEN_OWNERS, OWNER_TRANSITIONS, OwnerState


def erase(invitation: OwnerInvitation, state: str) -> None:
    """Blank everything about the person on a locked invitation; the digest of the address alone stays."""
    OWNER_TRANSITIONS.check(invitation.state, state)
    invitation.state = state
    invitation.answered_at = timezone.now()
    blank(invitation)
    invitation.cameras.update(details="", place_key="")


def blank(invitation: OwnerInvitation) -> None:
    """Blank name and address, revoke the link, and save."""
    invitation.email = invitation.name = invitation.phone = ""
    invitation.save()
    revoke_link(kind=OWNER, subject=invitation.public_id)


def erase_unanswered(*, invitation: OwnerInvitation, actor: Actor) -> OwnerInvitation:
    """Erase an owner who never answered, with all that was entered for them. Erasing again changes nothing."""
    with transaction.atomic():
        invitation = locked(OwnerInvitation.objects).get(pk=invitation.pk)
        if invitation.state not in OPEN_OWNERS:
            return invitation
        erase(invitation, OwnerState.LAPSED if invitation.state == OwnerState.INVITED else OwnerState.WITHDRAWN)
        ledger.record(
            "owner.erased", Subject.of("owner_invitation", invitation.public_id), actor, state=invitation.state
        )
        return invitation


def erase_silent_owners() -> int:
    """Erase owners who did not answer in their time, and all that was entered for them; returns how many."""
    before = timezone.now() - timedelta(days=settings.OWNER_ANSWER_DAYS)
    due = OwnerInvitation.objects.filter(state=OwnerState.INVITED, invited_at__lt=before)
    for invitation in (found := list(due.order_by("pk")[:1000])):
        erase_unanswered(invitation=invitation, actor=Actor.system("worker"))
    return len(found)


def erase_entries_about(*, addresses: Collection[str], actor: Actor) -> int:
    """Erase what an agency entered about the reader of these addresses and nobody answered; returns how many."""
    keys = [email_key(address) for address in addresses]
    rows = OwnerInvitation.objects.filter(email_key__in=keys, state__in=OPEN_OWNERS)
    found = list(rows.order_by("pk"))
    for invitation in found:
        erase_unanswered(invitation=invitation, actor=actor)
    return len(found)
