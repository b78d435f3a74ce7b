"""What happens to offers of cameras when a member may no longer manage the partner."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.ledger.values import Actor
from apps.partners.models import Membership
from apps.partners.signals import management_ended
from apps.prospects.services import withdraw_offers


@receiver(management_ended, sender=Membership, dispatch_uid="prospects.camera_offers")
def on_management_ended(sender: type[Membership], membership: Membership, actor: Actor, **_: Any) -> None:
    """Withdraw what this person offered: no offer outlives the right to make it."""
    withdraw_offers(partner=membership.partner, of=membership.user, actor=actor)
