"""What the outbox tells: an invitation is sent when the mail server took it, not before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.utils import timezone

from apps.footage_requests.services.inviting import record_sent
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.notifications.signals import message_sent


@receiver(message_sent, sender=Message, dispatch_uid="footage_requests.invitation_sent")
def on_message_sent(sender: type[Message], message: Message, **_: Any) -> None:
    """Runs in the transaction that records the mail as sent."""
    if message.kind != "footage_request.invitation":
        return
    public_id = UUID(message.dedupe_key.split(":")[1])
    record_sent(public_id=public_id, sent_at=message.sent_at or timezone.now(), actor=Actor.system("outbox"))
