"""What apps below tell: a mail was taken by the mail server; somebody no longer acts for a partner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.utils import timezone

from apps.footage_requests.services.inviting import record_sent, renew_for_remaining
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.notifications.signals import message_sent
from apps.partners.models import Membership
from apps.partners.signals import member_left


@receiver(message_sent, sender=Message, dispatch_uid="footage_requests.invitation_sent")
def on_message_sent(sender: type[Message], message: Message, **_: Any) -> None:
    """Runs in the transaction that records the mail as sent."""
    if message.kind != "footage_request.invitation":
        return
    public_id = UUID(message.dedupe_key.split(":")[1])
    record_sent(public_id=public_id, sent_at=message.sent_at or timezone.now(), actor=Actor.system("outbox"))


@receiver(member_left, sender=Membership, dispatch_uid="footage_requests.member_left")
def on_member_left(sender: type[Membership], membership: Membership, actor: Actor, **_: Any) -> None:
    """Runs in the transaction that ends the membership: letters that the person still has open nothing any more."""
    renew_for_remaining(partner=membership.partner, actor=actor)
