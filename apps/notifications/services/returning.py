"""A letter came back; its reader's address gets no more of them, until they ask to try again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.tallies import Counter, Limit, take
from apps.core.errors import TooMany, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.notifications.models import Message, ReturnReason, UnreachableAddress
from apps.notifications.return_reasons import FOR_GOOD
from apps.notifications.services.queueing import digest_of_address
from apps.notifications.signals import address_tried
from apps.notifications.states import MESSAGE_TRANSITIONS, MessageState

MOST_RETURNS = 3  # of a mailbox that is full or a server that refuses: a bad day is forgiven twice
IN_A_ROW = timedelta(days=90)
_TRIES = Limit("mail_again", 3, 24 * 3600)


def record_return(*, message: Message, reason: ReturnReason, code: str, actor: Actor) -> bool:
    """The letter was taken and then not delivered. A repeat, or a letter that is erased, changes nothing.

    Says whether anything changed. One whose answer was lost stays as it is, and its address is known as unreachable.
    """
    with transaction.atomic():
        message = locked(Message.objects).get(pk=message.pk)
        if message.state == MessageState.RETURNED or not message.recipient_digest:
            return False
        if message.state == MessageState.SENT:
            MESSAGE_TRANSITIONS.check(message.state, MessageState.RETURNED)
            message.state = MessageState.RETURNED
            message.failure_reason = f"Came back: {ReturnReason(reason).name.lower()} {code}".strip()
            message.save(update_fields=["state", "failure_reason"])
        note_return(message, reason=reason, code=code, actor=actor)
        return True


def note_return(message: Message, *, reason: ReturnReason, code: str, actor: Actor) -> None:
    """Count it against the address, in the transaction of the caller, who has the message's lock."""
    now = timezone.now()
    row, _made = locked(UnreachableAddress.objects).get_or_create(
        recipient_digest=message.recipient_digest, defaults={"reason": reason, "returned_at": now}
    )
    row.returns = row.returns + 1 if now - row.returned_at <= IN_A_ROW else 1
    row.reason, row.returned_at = reason, now
    if row.stopped_at is None and (reason in FOR_GOOD or row.returns >= MOST_RETURNS):
        row.stopped_at = now
    row.save(update_fields=["reason", "returns", "returned_at", "stopped_at"])
    ledger.record(
        "message.returned",
        Subject.of("message", message.public_id),
        actor,
        reason=str(reason),
        code=code,
        stopped=row.stopped_at is not None,
    )


def try_address_again(*, user: User, actor: Actor) -> None:
    """The person says that their mailbox takes letters: they go there again, and open requests are sent once more.

    Raises WrongState if letters go there anyway, TooMany after a few tries in a day.
    """
    with transaction.atomic():
        digest = digest_of_address(user.email)
        if stopped_for(digest) is None:
            raise WrongState(_("Our letters already go to your address."))
        # First what is written again: requests are locked before addresses.
        address_tried.send(sender=User, user=user, actor=actor)
        row = locked(UnreachableAddress.objects).get(recipient_digest=digest)
        row.stopped_at, row.returns = None, 0
        row.save(update_fields=["stopped_at", "returns"])
        ledger.record("address.tried_again", Subject.of("user", user.public_id), actor)
        if not take(Counter(_TRIES, str(user.public_id))).passes:
            raise TooMany(_("You tried this several times today. Try again tomorrow, or enter another address."))


def stopped_for(digest: str) -> UnreachableAddress | None:
    """Why the address with this digest gets no letters; None if it does."""
    return UnreachableAddress.objects.filter(recipient_digest=digest, stopped_at__isnull=False).first()
