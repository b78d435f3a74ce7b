"""How old the backups are: noted by who makes them, read by who watches.

Nothing here asks the folder of backups: a disk of another machine that hangs would hang the portal's pages, and not
every computer has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from apps.backups.models import Kept, Part
from apps.ledger import witness
from apps.ledger.models import Entry
from apps.ledger.selectors import latest_checkpoint
from apps.witness.selectors import witnessed

SLOT = "portal_backup"
# A receiver that works is behind by less than one file of the log.
SEGMENT_BYTES = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Age:
    """A part, the time through which it is whole (None: never), and whether that is within the goal."""

    part: Part
    through: datetime | None
    good: bool


def note(part: Part, through: datetime) -> None:
    """Remember that a part is whole through a time; an earlier one than is known changes nothing."""
    _row, made = Kept.objects.get_or_create(part=part, defaults={"through": through})
    if not made:
        Kept.objects.filter(part=part, through__lt=through).update(through=through)


def ages() -> Iterator[Age]:
    """Every part that this portal has to have: SQLite has no log, and not every city a bucket."""
    known = dict(Kept.objects.values_list("part", "through"))
    for part, goal in goals().items():
        through = known.get(part)
        yield Age(part, through, good=through is not None and timezone.now() - through <= goal)


def goals() -> dict[Part, timedelta]:
    """How old each part may be."""
    often = timedelta(minutes=settings.BACKUP_LATE_MINUTES)
    found = {
        Part.DATABASE: timedelta(hours=settings.BACKUP_DATABASE_LATE_HOURS),
        Part.LOG: often,
        Part.FILES: often,
        Part.BUCKET: often,
        Part.DRILL: timedelta(days=settings.BACKUP_DRILL_DAYS),
    }
    if connection.vendor != "postgresql":
        del found[Part.LOG]
    if not settings.BACKUP_BUCKET_URL:
        del found[Part.BUCKET]
    return found


def log_behind() -> tuple[int | None, bool]:
    """Bytes of PostgreSQL's log that would be lost with its disk now, and whether that is as it should be.

    None where nobody keeps the log by the slot of `deploy/systemd/portal-log.service`.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT active, pg_wal_lsn_diff(pg_current_wal_flush_lsn(), restart_lsn) FROM pg_replication_slots"
            " WHERE slot_name = %s AND restart_lsn IS NOT NULL",
            [SLOT],
        )
        row = cursor.fetchone()
    if row is None:
        return None, False
    active, behind = row
    return max(int(behind), 0), active and behind < SEGMENT_BYTES


def oldest_unvouched() -> datetime | None:
    """When the oldest signed act happened that no checkpoint outside the database vouches for; None: all are.

    Outside are LEDGER_WITNESS_DIR and the witnesses. Raises OSError.
    """
    newest = latest_checkpoint()
    if newest is None:
        return None
    outside = max([witness.newest_size(), *(one.size for one in witnessed())])
    if outside >= newest.size:
        return None
    found: datetime | None = (
        Entry.objects.filter(place__index=max(outside, 0)).values_list("recorded_at", flat=True).first()
    )
    return found
