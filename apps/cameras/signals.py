"""A member who may no longer manage a partner loses the links of its yearly letters."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.cameras.services.confirmation import renew_links
from apps.ledger.values import Actor
from apps.partners.models import Membership
from apps.partners.signals import management_ended


@receiver(management_ended, sender=Membership, dispatch_uid="cameras.confirmation_links")
def on_management_ended(sender: type[Membership], membership: Membership, actor: Actor, **_: Any) -> None:
    """Runs in the transaction that takes the right away."""
    renew_links(partner=membership.partner, actor=actor)
