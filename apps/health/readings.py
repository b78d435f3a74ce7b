"""What the portal says of its own state. No reading holds a name, a place or a file name."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.backups import ages
from apps.evidence.models import EvidenceItem
from apps.evidence.states import ItemState
from apps.evidence.storage import original_key, store
from apps.ledger.models import Entry, Place
from apps.notifications.models import Message
from apps.notifications.states import MessageState

QUEUES = ("default", "seal", "bulk", "mail", "media")
# From so many seconds on somebody should look. The sequencer runs each two seconds, the sweeps each minute.
LEDGER_LATE_S, ITEM_LATE_S, MESSAGE_LATE_S = 300, 900, 1800
_BROKER_S = 2
_LOG_BEHIND = _("PostgreSQL's log that is kept nowhere else")
_UNVOUCHED = _("Oldest act for which nothing outside the database vouches")
_NEAR = 5_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure. `value` is None where it could not be read; `unit` is `s`, `bytes` or empty.

    `stops` says that the portal cannot serve without it. `at`: a figure that is a time, of which `value` is the age;
    `unit` is `age` then, and None means never.
    """

    name: str
    title: str | Promise
    value: float | None
    good: bool
    unit: str = ""
    stops: bool = False
    at: datetime | None = None


def readings() -> list[Reading]:
    """All of them, in order. Raises nothing: what cannot be read is not good."""
    found: list[Reading] = []
    for read in (_database, _broker, _store, _ledger, _items, _messages, _disks, _backups, _log, _outside):
        try:
            found += read()
        except Exception:
            name, title, stops = _NAMES[read]
            found.append(Reading(name, title, None, good=False, stops=stops))
    return found


def can_serve(found: list[Reading]) -> bool:
    """Whether traffic may be sent here."""
    return all(one.good for one in found if one.stops)


def _database() -> Iterator[Reading]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield Reading("database_up", _("The database answers"), 1, good=True, stops=True)


def _broker() -> Iterator[Reading]:
    with current_app.connection_for_write(transport_options={"socket_connect_timeout": _BROKER_S}) as asked:
        channel: Any = asked.ensure_connection(max_retries=1, timeout=_BROKER_S).default_channel
        waiting = {queue: int(channel.client.llen(queue)) for queue in QUEUES}
    yield Reading("broker_up", _("The queue answers"), 1, good=True)
    for queue, length in waiting.items():
        yield Reading(f"queue_{queue}_tasks", _("Tasks that wait in “%s”") % queue, length, good=length < 10_000)


def _store() -> Iterator[Reading]:
    store().exists(original_key("0" * 64))  # raises where nobody answers; that it is not there is an answer
    yield Reading("store_up", _("The store of evidence answers"), 1, good=True)


def _ledger() -> Iterator[Reading]:
    newest = Place.objects.order_by("-index").values_list("entry_id", flat=True).first() or 0
    # Near the newest one alone: a look through millions of entries that all have their place would take seconds.
    waiting = Entry.objects.filter(pk__gt=newest - _NEAR, place__isnull=True).order_by("pk")
    age = _age(waiting.values_list("recorded_at", flat=True).first())
    title = _("Oldest act that is not in the signed ledger yet")
    yield Reading("ledger_unsigned_seconds", title, age, good=age < LEDGER_LATE_S, unit="s")


def _items() -> Iterator[Reading]:
    waiting = EvidenceItem.objects.filter(state=ItemState.RECEIVED).order_by("received_at")
    age = _age(waiting.values_list("received_at", flat=True).first())
    yield Reading(
        "item_waiting_seconds", _("Oldest file that is not sealed yet"), age, good=age < ITEM_LATE_S, unit="s"
    )


def _messages() -> Iterator[Reading]:
    due = Message.objects.filter(state=MessageState.QUEUED, not_before__lte=timezone.now()).order_by("not_before")
    age = _age(due.values_list("not_before", flat=True).first())
    yield Reading("message_waiting_seconds", _("Oldest letter that is due"), age, good=age < MESSAGE_LATE_S, unit="s")


def _disks() -> Iterator[Reading]:
    staging = Path(settings.STAGING_DIR)
    free = shutil.disk_usage(staging if staging.exists() else Path(settings.DATA_DIR).parent).free
    good = free > settings.UPLOAD_RESERVE_BYTES
    yield Reading("staging_free_bytes", _("Room for incoming files"), free, good=good, unit="bytes")


def _backups() -> Iterator[Reading]:
    if settings.PRACTICE:  # nothing in it is kept
        return
    for one in ages.ages():
        age = _age(one.through) if one.through else None
        yield Reading(f"backup_{one.part}_seconds", one.part.label, age, good=one.good, unit="age", at=one.through)


def _log() -> Iterator[Reading]:
    if connection.vendor != "postgresql" or settings.PRACTICE:
        return
    behind, good = ages.log_behind()
    yield Reading("log_behind_bytes", _LOG_BEHIND, behind, good=good, unit="bytes")


def _outside() -> Iterator[Reading]:
    age = _age(ages.oldest_unvouched())
    good = age < settings.CHECKPOINT_LATE_HOURS * 3600
    yield Reading("ledger_unvouched_seconds", _UNVOUCHED, age, good=good, unit="s")


def _age(moment: datetime | None) -> float:
    """Seconds since; 0 where nothing waits."""
    return max((timezone.now() - moment).total_seconds(), 0.0) if moment else 0.0


_NAMES: dict[Callable[[], Iterator[Reading]], tuple[str, Promise, bool]] = {
    _database: ("database_up", _("The database answers"), True),
    _broker: ("broker_up", _("The queue answers"), False),
    _store: ("store_up", _("The store of evidence answers"), False),
    _ledger: ("ledger_unsigned_seconds", _("Oldest act that is not in the signed ledger yet"), False),
    _items: ("item_waiting_seconds", _("Oldest file that is not sealed yet"), False),
    _messages: ("message_waiting_seconds", _("Oldest letter that is due"), False),
    _backups: ("backup_database_seconds", _("Last backup of the database"), False),
    _log: ("log_behind_bytes", _LOG_BEHIND, False),
    _outside: ("ledger_unvouched_seconds", _UNVOUCHED, False),
    _disks: ("staging_free_bytes", _("Room for incoming files"), False),
}
