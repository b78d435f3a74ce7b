"""Sending what the outbox holds: claim, hand to the server, record.

The Message-ID is recorded with the claim, before the server hears of the message, and stays the same for each try. No
message is dropped silently: each ends sent, told in a digest, or failed or not sent with a reason. One goes out twice
only where the server's answer was lost, and that is counted.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.core import claims
from apps.core.locks import locked
from apps.ledger.values import Actor
from apps.notifications import send_checks
from apps.notifications.delivery import Courier
from apps.notifications.models import BODIES, Channel, Message, ReturnReason
from apps.notifications.outcomes import AnswerLost, NotTaken, Refused
from apps.notifications.return_reasons import FOR_GOOD, reason_of
from apps.notifications.services import gather_held
from apps.notifications.services.returning import note_return, stopped_for
from apps.notifications.signals import message_sent
from apps.notifications.states import MESSAGE_TRANSITIONS, MessageState

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=4)
MOST_REFUSALS = 24  # about three days
WAITING = (MessageState.QUEUED, MessageState.UNKNOWN)
UNREACHABLE = "Its reader's address does not take our letters."


def send_due(*, at_most: int = 500, seconds: float = 240) -> int:
    """Send what is due, oldest first, and heal what a dead worker left; returns how many the server took.

    Several may run at once: each message is claimed by one of them. It stops after `seconds` so that the next run
    starts with a fresh view, and at the first failure of the connection: a server that hangs would take the
    time of each message in turn.
    """
    heal_claimed()
    announce_sent()
    gather_held()
    until = time.monotonic() + seconds
    taken = 0
    with Courier() as courier:
        for pk in due().values_list("pk", flat=True)[:at_most]:
            taken += send_message(pk=pk, courier=courier)
            if courier.line_failed:
                logger.warning("The mail server cannot be reached; the rest goes out in the next run.")
                break
            if time.monotonic() > until:
                break
    return taken


def due() -> QuerySet[Message]:
    """Messages whose time has come."""
    return Message.objects.filter(state__in=WAITING, not_before__lte=timezone.now()).order_by("not_before", "pk")


def send_message(*, pk: int, courier: Courier) -> bool:
    """Claim, send and record one message; True if the server took it. False too if somebody else has it."""
    message = _claim(pk)
    if message is None:
        return False
    if not _may_go(message):
        return False
    try:
        courier.deliver(message)
    except NotTaken as error:
        _record_again(message, state=MessageState.QUEUED, reason=str(error))
    except AnswerLost as error:
        _record_again(message, state=MessageState.UNKNOWN, reason=str(error))
    except Refused as error:
        _record_refused(message, error)
    else:
        _record_sent(message)
        return True
    return False


def _may_go(message: Message) -> bool:
    """Ask the app whose message it is; put it back or drop it as told. A check that fails lets nothing through.

    Nothing goes to an address whose letters come back.
    """
    if stopped_for(message.recipient_digest) is not None:
        _record(message, state=MessageState.DROPPED, reason=UNREACHABLE)
        return False
    try:
        verdict = send_checks.ask(message)
    except Exception as error:
        logger.exception("The send check failed for message %s; it will be asked again.", message.pk)
        _record_again(message, state=MessageState.QUEUED, reason=f"The send check failed: {type(error).__name__}")
        return False
    if isinstance(verdict, send_checks.Defer):
        message.not_before = verdict.moment
        _record(message, state=MessageState.QUEUED)
    elif isinstance(verdict, send_checks.Hold):
        message.not_before = verdict.moment
        _record(message, state=MessageState.HELD)
    elif isinstance(verdict, send_checks.Drop):
        _record(message, state=MessageState.DROPPED, reason=verdict.reason)
    elif isinstance(verdict, send_checks.Say):
        message.text = verdict.text
    return verdict is None or isinstance(verdict, send_checks.Say)


def heal_claimed() -> int:
    """Messages whose worker died: taken or not, nobody knows, so they go out again; three deaths end it."""
    dead = Message.objects.filter(state=MessageState.CLAIMED, leased_until__lt=timezone.now())
    healed = 0
    for pk in list(dead.values_list("pk", flat=True)):
        with transaction.atomic():
            message = locked(dead).filter(pk=pk).first()
            if message is None:
                continue
            if message.attempts >= claims.MAX_ATTEMPTS:
                _move(message, MessageState.FAILED, reason="Three workers died sending it.")
                message.blank()
            else:
                _move(message, MessageState.UNKNOWN, reason="The worker died sending it.")
            changed = claims.release(message, step_done=False)
            message.save(update_fields=["state", "failure_reason", *BODIES, *changed])
            healed += 1
    return healed


def announce_sent() -> None:
    """Tell the listeners of messages whose first announcement failed."""
    for pk in list(Message.objects.filter(state=MessageState.SENT, announced=False).values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                message = locked(Message.objects).filter(pk=pk, announced=False).first()
                if message is not None:
                    _announce(message)
        except Exception:
            logger.exception("A listener failed again for message %s.", pk)


def _claim(pk: int) -> Message | None:
    with transaction.atomic():
        ready = Q(state__in=WAITING, not_before__lte=timezone.now())
        message = claims.claim(Message, pk, lease=LEASE, where=ready)
        if message is None:
            return None
        message.possible_doubles += message.state == MessageState.UNKNOWN
        message.message_id = message.message_id or make_msgid(domain=urlsplit(settings.SITE_URL).hostname)
        _move(message, MessageState.CLAIMED)
        message.save(update_fields=["state", "message_id", "possible_doubles", "failure_reason"])
        return message


def _record_sent(message: Message) -> None:
    """One transaction with what listeners do; if one of them fails, the message is still recorded as sent."""
    try:
        _record(message, state=MessageState.SENT, announce=True)
    except Exception:
        logger.exception("A listener failed for message %s; it will be told again.", message.pk)
        _record(message, state=MessageState.SENT)


def _record_refused(message: Message, error: Refused) -> None:
    """A server that knows no such mailbox tells at once what others report afterwards."""
    reason = ReturnReason.UNWANTED if message.channel == Channel.TEXT else reason_of(error.status)
    with transaction.atomic():
        _record(message, state=MessageState.FAILED, reason=str(error))
        if error.is_about_reader and reason in FOR_GOOD:
            note_return(message, reason=reason, code=error.status, actor=Actor.system("outbox"))


def _record_again(message: Message, *, state: str, reason: str) -> None:
    message.refusals += 1
    if message.refusals > MOST_REFUSALS:
        _record(message, state=MessageState.FAILED, reason=f"Given up: {reason}")
        return
    delay = min(FIRST_DELAY * 2 ** (message.refusals - 1), LONGEST_DELAY)
    message.not_before = timezone.now() + delay
    _record(message, state=state, reason=reason)


def _record(message: Message, *, state: str, reason: str = "", announce: bool = False) -> None:
    with transaction.atomic():
        held = claims.locked_if_held(message)
        if held is None:
            # Another worker took over: what it records counts.
            return
        _move(held, state, reason=reason)
        held.refusals, held.not_before = message.refusals, message.not_before
        if state in (MessageState.SENT, MessageState.FAILED, MessageState.DROPPED):
            held.blank()
        if state == MessageState.SENT:
            held.sent_at = timezone.now()
        changed = claims.release(held, step_done=True)
        fields = ["state", "failure_reason", "refusals", "not_before", "sent_at", *BODIES]
        held.save(update_fields=[*fields, *changed])
        if announce:
            _announce(held)


def _announce(message: Message) -> None:
    message.announced = True
    message.save(update_fields=["announced"])
    message_sent.send(sender=Message, message=message)


def _move(message: Message, state: str, *, reason: str = "") -> None:
    MESSAGE_TRANSITIONS.check(message.state, state)
    message.state, message.failure_reason = state, reason
