"""gather_held: letters that wait for a digest become lines of one, once a day for each reader."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.locks import locked
from apps.notifications.choices import DIGEST, rules_of, way_in
from apps.notifications.models import BODIES, Message, Way
from apps.notifications.services.queueing import Draft, queue_messages
from apps.notifications.states import MESSAGE_TRANSITIONS, MessageState

logger = logging.getLogger(__name__)


def gather_held() -> int:
    """Queue the digests that are due; returns how many.

    A reader's lines and the digest that takes them up are one transaction, and a digest's key is its reader and its
    hour. So killed anywhere, run again, or by several at once: each line is in one digest. One reader's trouble stops
    nobody else's. What a digest says is made when it is sent.
    """
    due = Message.objects.filter(state=MessageState.HELD, not_before__lte=timezone.now())
    gathered = 0
    for pk in list(due.order_by("reader").values_list("reader", flat=True).distinct()):
        try:
            gathered += _gather(User.objects.get(pk=pk))
        except Exception:
            logger.exception("The digest for a reader could not be made; it is tried again.")
    return gathered


def _gather(reader: User) -> bool:
    now = timezone.now()
    with transaction.atomic():
        rules = rules_of(reader)
        held = Message.objects.filter(reader=reader, state=MessageState.HELD, not_before__lte=now)
        lines = list(locked(held).defer("recipient", "digest_line", *BODIES).order_by("pk"))
        lines = [one for one in lines if way_in(rules, one.kind) == Way.DIGEST or _let_go(one, way_in(rules, one.kind))]
        if not lines:
            return False
        key = f"{DIGEST}:{reader.public_id}:{max(one.not_before for one in lines):%Y%m%dT%H%M%SZ}"
        if Message.objects.filter(dedupe_key=key).exists():
            # This hour's digest was made a moment ago, by a worker that did not see these yet.
            for one in lines:
                one.not_before = rules.next_digest(now)
                one.save(update_fields=["not_before"])
            return False
        with translation.override(reader.language or settings.LANGUAGE_CODE):
            subject = _("What waits for you in the portal")
        draft = Draft(DIGEST, reader.email, subject, text="", dedupe_key=key, reader=reader)
        queue_messages([draft])
        digest = Message.objects.defer("recipient", *BODIES).get(dedupe_key=key)
        for one in lines:
            one.digest = digest
            one.blank()
            _move(one, MessageState.GATHERED, "digest", *BODIES)
        return True


def _let_go(message: Message, way: str) -> bool:
    """The reader chose anew since it was held: out with it by itself, or not at all. Nothing is left of it here."""
    if way == Way.PAGE:
        message.blank()
        message.failure_reason = "Its reader wants it in the page only."
        _move(message, MessageState.DROPPED, "failure_reason", *BODIES)
    else:
        _move(message, MessageState.QUEUED)
    return False


def _move(message: Message, state: str, *fields: str) -> None:
    MESSAGE_TRANSITIONS.check(message.state, state)
    message.state = state
    message.save(update_fields=["state", *fields])
