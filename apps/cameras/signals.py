"""What happens to cameras when a member may no longer manage a partner, and when a specification comes into force."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from apps.cameras.services.confirmation import renew_links
from apps.cameras.services.evaluation import start_evaluation
from apps.ledger.values import Actor
from apps.partners.models import Membership
from apps.partners.signals import management_ended
from apps.specifications.models import Specification
from apps.specifications.signals import specification_published


@receiver(management_ended, sender=Membership, dispatch_uid="cameras.confirmation_links")
def on_management_ended(sender: type[Membership], membership: Membership, actor: Actor, **_: Any) -> None:
    """Renew the links of the yearly letters, in the transaction that takes the right away."""
    renew_links(partner=membership.partner, actor=actor)


@receiver(specification_published, sender=Specification, dispatch_uid="cameras.evaluation")
def on_specification_published(sender: type[Specification], specification: Specification, **_: Any) -> None:
    """Judge all cameras again; the job is made in the transaction that puts the version in force."""
    start_evaluation(specification)
