"""take_snapshots: the figures of the present day, for the program and for each agency and its zones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from apps.agencies.models import Agency, Zone
from apps.program.days import day_of
from apps.program.measures import MEASURES, Measure
from apps.program.models import Snapshot, scope_of
from apps.program.readings import Asked, Reading

BATCH = 500


def take_snapshots() -> int:
    """Measure the present day; returns how many figures were written.

    A day's figures are replaced until it ends, so the last ones stay. No other day is ever written: what was missed is
    a gap. Each scope is one statement that inserts or replaces, so that two at once, or one that is killed, leave
    whole rows. Figures are read from what stands elsewhere, and are no act: the ledger has no entry for them.
    """
    now, written = timezone.now(), 0
    for agency in (None, *Agency.objects.filter(is_active=True).order_by("pk")):
        rows = list(_rows(Asked(agency, now), day_of(agency, now)))
        Snapshot.objects.bulk_create(
            rows,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["scope", "day", "measure", "part"],
            update_fields=["value", "base", "taken_at"],
        )
        written += len(rows)
    return written


def _rows(asked: Asked, day: date) -> Iterator[Snapshot]:
    zones = list(Zone.objects.filter(agency=asked.agency).order_by("pk")) if asked.agency else []
    for measure in MEASURES:
        for reading in measure.read(asked):
            yield _row(asked, day, measure, reading)
        if measure.read_zones and zones:
            found = {reading.zone: reading for reading in measure.read_zones(asked)}
            for zone in zones:
                yield _row(asked, day, measure, found.get(zone.pk) or measure.nothing, zone)


def _row(asked: Asked, day: date, measure: Measure, reading: Reading, zone: Zone | None = None) -> Snapshot:
    return Snapshot(
        day=day,
        measure=measure.key,
        part=reading.part,
        scope=scope_of(asked.agency, zone),
        agency=asked.agency,
        zone=zone,
        value=reading.value,
        base=reading.base,
        taken_at=asked.now,
    )
