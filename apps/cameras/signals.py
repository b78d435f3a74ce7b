"""What the people of a partner mean for its letters: who is gone holds a link no more."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.cameras.services.confirmation import renew_links
from apps.partners.models import Membership
from apps.partners.signals import member_left


@receiver(member_left, sender=Membership, dispatch_uid="cameras.confirmation_links")
def on_member_left(sender: type[Membership], membership: Membership, **_: Any) -> None:
    """Runs in the transaction that ends the membership."""
    renew_links(partner=membership.partner)
