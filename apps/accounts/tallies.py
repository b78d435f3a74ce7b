"""Counters of tries: counted in the database, so that they are exact for any number of processes and survive a restart.

A try is taken before it is checked and given back when it was right, so that sixty at once pass no more than the limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from apps.accounts.models import Tally
from apps.core.locks import locked, locked_exclusively

#: A wait that ends only when somebody releases it.
FOR_GOOD = datetime(9999, 1, 1, tzinfo=UTC)
_QUIET = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so many seconds.

    Without `waits` the window's end makes room again. With `waits` (seconds) the last try of a window begins a wait,
    the next one in the list each time; after the last of them nothing passes until somebody releases it.
    A quiet day starts the list again, but ends no wait.
    """

    name: str
    most: int
    seconds: float
    waits: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class Counter:
    """One limit on one thing. `about` is what `release` names: a mailbox, for counters of one mailbox."""

    limit: Limit
    what: str
    about: str = ""

    @property
    def key(self) -> str:
        """As the table names it."""
        return _digest(f"{self.limit.name}:{self.what}")


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether the try may go on (`passes`), else how long not (`seconds`; None until it is released).

    `full` holds the limits of which this was the last try, `until` the end of the wait that it began.
    """

    counters: tuple[Counter, ...]
    passes: bool
    seconds: float | None = 0.0
    full: tuple[str, ...] = ()
    until: datetime | None = None


def take(*counters: Counter) -> Taken:
    """Count one try on each of these, or on none if one of them is full.

    In a transaction of its own under the rows' locks, so that any number at once are counted one after the other.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = _rows(counters)
        for counter in counters:
            _roll(rows[counter.key], counter.limit, now)
        ends = [end for counter in counters if (end := _refused_until(rows[counter.key], counter.limit, now))]
        if ends:
            return Taken(counters, passes=False, seconds=_seconds(max(ends), now))
        full, until = [], None
        for counter in counters:
            row, limit = rows[counter.key], counter.limit
            row.count += 1
            if row.count >= limit.most:
                full.append(limit.name)
                _begin_wait(row, limit, now)
                until = max(filter(None, (until, row.until)), default=None)
        Tally.objects.bulk_update(rows.values(), ["count", "began_at", "rounds", "until"])
    return Taken(counters, passes=True, full=tuple(full), until=until)


def give_back(taken: Taken) -> None:
    """The try was right: it does not count, and the wait that it began ends."""
    with transaction.atomic():
        for row in locked(Tally.objects).filter(key__in=[counter.key for counter in taken.counters]):
            limit = next(counter.limit for counter in taken.counters if counter.key == row.key)
            if limit.name in taken.full and row.until is not None:
                row.until, row.rounds = None, max(0, row.rounds - 1)
            row.count = max(0, row.count - 1)
            row.save(update_fields=["count", "rounds", "until"])


def began(counter: Counter) -> str:
    """When the counter's present window began, to the microsecond; empty where there is none."""
    row = Tally.objects.filter(key=counter.key).first()
    if row is None or timezone.now() - row.began_at >= timedelta(seconds=counter.limit.seconds):
        return ""
    return row.began_at.isoformat()


def forget(counter: Counter) -> None:
    """The counter begins anew."""
    Tally.objects.filter(key=counter.key).delete()


def release(about: str) -> int:
    """Forget every counter about this mailbox, in the caller's transaction. Says how many there were."""
    keys = [row.pk for row in locked_exclusively(Tally.objects).filter(about=_digest(about))]
    gone, _each = Tally.objects.filter(pk__in=keys).delete()
    return int(gone)


def erase_old_tallies(*, now: datetime | None = None) -> int:
    """Take away counters in which nothing happened for a day. What waits for a release stays."""
    now = now or timezone.now()
    quiet = Tally.objects.filter(began_at__lt=now - 2 * _QUIET, until__isnull=True)
    over = Tally.objects.filter(began_at__lt=now - 2 * _QUIET, until__lt=now - _QUIET)
    return sum(rows.delete()[0] for rows in (quiet, over))


def _rows(counters: Sequence[Counter]) -> dict[str, Tally]:
    fresh = [Tally(key=counter.key, about=_digest(counter.about) if counter.about else "") for counter in counters]
    Tally.objects.bulk_create(fresh, ignore_conflicts=True)
    return {row.key: row for row in locked(Tally.objects).filter(key__in=[row.key for row in fresh])}


def _roll(row: Tally, limit: Limit, now: datetime) -> None:
    """A window that is over starts again from nothing."""
    if row.until is not None and row.until <= now:
        if now - row.until > _QUIET:
            row.rounds = 0
        row.count, row.began_at, row.until = 0, now, None
    elif row.until is None and now - row.began_at >= timedelta(seconds=limit.seconds):
        row.count, row.began_at = 0, now


def _refused_until(row: Tally, limit: Limit, now: datetime) -> datetime | None:
    if row.until is not None:
        return row.until
    return row.began_at + timedelta(seconds=limit.seconds) if row.count >= limit.most else None


def _begin_wait(row: Tally, limit: Limit, now: datetime) -> None:
    if limit.waits is not None:
        more = limit.waits[row.rounds : row.rounds + 1]
        row.until = now + timedelta(seconds=more[0]) if more else FOR_GOOD
        row.rounds += 1


def _seconds(end: datetime, now: datetime) -> float | None:
    return None if end >= FOR_GOOD else max(0.0, (end - now).total_seconds())


def _digest(words: str) -> str:
    return salted_hmac("accounts.tallies", words, algorithm="sha256").hexdigest()
