"""What a mail provider tells of our letters, by its webhook; django-anymail has checked that it is the provider."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, EventType

from apps.ledger.values import Actor
from apps.notifications.models import Message, ReturnReason
from apps.notifications.replies import NobodyReads
from apps.notifications.return_addresses import message_of_token
from apps.notifications.return_reasons import reason_of_provider, status_in
from apps.notifications.services import record_return
from apps.notifications.taking import take_mail

_NOT_DELIVERED = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}
_NOT_WANTED = {EventType.COMPLAINED, EventType.UNSUBSCRIBED}


def on_tracking(sender: object, event: AnymailTrackingEvent, **_: Any) -> None:
    """Record a letter that came back or that its reader does not want. A provider tells more, which is no matter."""
    kind = event.event_type
    if kind not in _NOT_DELIVERED and kind not in _NOT_WANTED:
        return
    message = message_of_token(str((event.metadata or {}).get("letter", ""))) or _by_message_id(event.message_id)
    if message is None:
        return
    said = f"{event.mta_response or ''} {event.description or ''}"
    reason = ReturnReason.UNWANTED if kind in _NOT_WANTED else reason_of_provider(event.reject_reason, said)
    record_return(message=message, reason=reason, code=status_in(said), actor=Actor.system("mail_provider"))


def on_inbound(sender: object, event: AnymailInboundEvent, **_: Any) -> None:
    """A mail that the provider took for us. What cannot be taken now is an error, and the provider asks again."""
    mail = event.message
    to = [mail.envelope_recipient] if mail.envelope_recipient else []
    with suppress(NobodyReads):
        take_mail(mail.as_bytes(), sent_to=to)


def _by_message_id(message_id: str | None) -> Message | None:
    return Message.objects.filter(message_id=message_id).first() if message_id else None
