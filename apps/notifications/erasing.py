"""Erasing one reader from the outbox: that a message of this kind went out stays, to whom and what it said does not."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.core.locks import locked
from apps.notifications.models import BODIES, Message, TellingRules, UnreachableAddress
from apps.notifications.services import digest_of_address
from apps.notifications.states import MESSAGE_TRANSITIONS, MessageState

BATCH = 500
_WAITING = (MessageState.QUEUED, MessageState.UNKNOWN, MessageState.HELD)
_FIELDS = (
    "state",
    "recipient",
    "recipient_digest",
    "subject",
    "failure_reason",
    "letter",
    "reader",
    "about",
    "digest_line",
    *BODIES,
)


def messages_to(addresses: Collection[str], public_id: UUID | str) -> QuerySet[Message]:
    """What was written to these addresses, or to this person at an address that is no longer theirs."""
    digests = [digest_of_address(address) for address in addresses]
    # Keys of messages to one of several readers end with the reader's public id.
    return Message.objects.filter(Q(recipient_digest__in=digests) | Q(dedupe_key__contains=str(public_id)))


def erase_messages(*, addresses: Collection[str], public_id: UUID | str) -> int:
    """Blank recipient, subject and words of every message to the person; what waits is not sent any more.

    What the person chose to be told goes too. Returns how many messages. One that a worker is sending at this moment is
    left for the next call. No ledger entry of its own: the act is the erasure of the account.
    """
    erased = 0
    while True:
        with transaction.atomic():
            rows = messages_to(addresses, public_id).exclude(state=MessageState.CLAIMED).exclude(recipient="")
            batch = list(locked(rows).defer("recipient", "digest_line", *BODIES)[:BATCH])
            for message in batch:
                if message.state in _WAITING:
                    # The outbox knows no way from waiting to dropped but through a claim.
                    held = message.state == MessageState.HELD
                    for state in (MessageState.DROPPED,) if held else (MessageState.CLAIMED, MessageState.DROPPED):
                        MESSAGE_TRANSITIONS.check(message.state, state)
                        message.state = state
                message.recipient = message.recipient_digest = message.subject = message.failure_reason = ""
                message.digest_line = ""
                message.letter = message.reader = message.about = None
                message.blank()
                message.save(update_fields=_FIELDS)
            erased += len(batch)
        if len(batch) < BATCH:
            break
    digests = [digest_of_address(address) for address in addresses]
    UnreachableAddress.objects.filter(recipient_digest__in=digests).delete()
    TellingRules.objects.filter(user__public_id=public_id).delete()
    return erased
