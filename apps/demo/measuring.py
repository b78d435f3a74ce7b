"""The demo's figures of the past four months, read from its own history, the targets of that time, and an update.

The portal itself never computes a past day. Here the history is made up, and each figure follows from it: when a camera
was approved, when its owner confirmed it, when somebody answered. Files come with the present, so their measures have
no past. Two days are missing, as if nobody's worker had run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max, Min

from apps.agencies.models import Agency, Zone
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import staff
from apps.demo.keys import key
from apps.footage_requests.models import Match
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.program.models import Snapshot, scope_of
from apps.program.quarters import Quarter
from apps.program.readings import PERIOD, Reading, count, share
from apps.program.services import (
    draft_correction,
    draft_due_update,
    publish_update,
    save_update,
    set_residents,
    set_target,
)

DAYS = 120
MISSED = (-47, -46)
# Measure, figure, days from the day on which it is set, and why.
TARGETS = (
    ("partners", 700, 200, "One household in a hundred, as the council asked in its goals for the year."),
    ("zone_coverage", 90, 120, "Every part of the city should be able to take part."),
    ("reconfirmed", 95, 110, "An address that is out of date helps nobody and worries its owner."),
    ("response_rate", 60, 150, "Neighboring programs report about half."),
    ("first_footage", 24, 150, "Many recorders overwrite after a few days."),
    ("overdue_approvals", 0, 60, "A request that waits loses video."),
)


MANAGERS = {"TPD": "manager@tpd.example", "LCSO": "manager@lcso.example", "FSU-PD": "manager@fsupd.example"}
RESIDENTS = {
    "TPD": {
        "N1": 9400, "N2": 21300, "N3": 12800, "N4": 17900, "E1": 16200, "E2": 11100, "D1": 8700, "W1": 34500,
        "S1": 28600, "S2": 13900,
    },
    "LCSO": {"A": 31200, "B": 24100, "C": 22700, "D": 19800},
    "FSU-PD": {"C1": 6900},
}  # fmt: skip
INTRO = {
    "en": "This is a demo: the city is made up, and so is its history.\n\n"
    "More households took part in this quarter, most of them after the meetings of two associations. Coverage grew "
    "fastest in the south.",
    "es": "Esto es una demostración: la ciudad es inventada, y también su historia.\n\n"
    "Más hogares participaron en este trimestre, la mayoría después de las reuniones de dos asociaciones. La cobertura "
    "creció más rápido en el sur.",
}
CHANGES = {
    "en": "A note beside the partners was missing. No figure changed.",
    "es": "Faltaba una nota junto a los participantes. Ninguna cifra cambió.",
}
NOTES = {
    "partners": {
        "en": "Associations count once for their entrances; their members count for their own homes.",
        "es": "Las asociaciones cuentan una vez por sus entradas; sus miembros cuentan por sus propios hogares.",
    }
}


@dataclass(frozen=True, slots=True)
class _Life:
    """One camera: since when it is active, until when, and when its owner last said that it is as registered."""

    partner: int
    zone: int | None
    agency: int | None
    since: datetime
    until: datetime | None
    confirmed: datetime

    def is_active(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    def is_confirmed(self, at: datetime) -> bool:
        latest = self.confirmed if self.confirmed <= at else self.since
        return latest >= at - timedelta(days=settings.CONFIRM_EVERY_DAYS)


def remember_figures(calendar: Calendar) -> None:
    """Write the figures of the days before the anchor, and set the targets. Repeating it changes nothing."""
    if Snapshot.objects.exists():
        return
    lives, matches = list(_lives()), _matches()
    agencies, zones = list(Agency.objects.all()), list(Zone.objects.select_related("agency"))
    rows = [
        row
        for day in range(-DAYS + 1, 0)
        if day not in MISSED
        for row in _rows(calendar, day, lives, matches, agencies, zones)
    ]
    Snapshot.objects.bulk_create(rows, batch_size=500)
    _set_targets(calendar)
    _publish_update(calendar)
    _count_residents(calendar)


def _set_targets(calendar: Calendar) -> None:
    manager = staff("manager@tpd.example")
    with as_of(calendar.at(-85, 10)):
        for measure, value, days, reason in TARGETS:
            set_target(
                measure=measure,
                agency=None,
                value=value,
                due_on=calendar.anchor + timedelta(days=days - 85),
                reason=reason,
                read=0,
                user=manager,
                request_key=key(f"target:{measure}"),
            )


def _publish_update(calendar: Calendar) -> None:
    """The quarter that ended before the anchor: published on its third day, and corrected a day later."""
    manager, began = staff("manager@tpd.example"), (Quarter.of(calendar.anchor).first - calendar.anchor).days
    with as_of(calendar.at(began, 6)):
        update = draft_due_update(actor=Actor.system("program"))
    if update is None or began > -4:
        return
    with as_of(calendar.at(began + 2, 10)):
        update = save_update(update=update, read=1, intro=INTRO, changes={}, notes={}, user=manager)
        publish_update(update=update, read=update.version, user=manager)
    with as_of(calendar.at(began + 3, 10)):
        second = draft_correction(quarter=Quarter(update.year, update.quarter), user=manager)
        second = save_update(update=second, read=1, intro=INTRO, changes=CHANGES, notes=NOTES, user=manager)
        publish_update(update=second, read=second.version, user=manager)


def _count_residents(calendar: Calendar) -> None:
    """Made-up numbers for made-up zones."""
    with as_of(calendar.at(-80, 11)):
        for short_name, residents in RESIDENTS.items():
            set_residents(
                agency=Agency.objects.get(short_name=short_name),
                residents=residents,
                source="Made up for the demo",
                user=staff(MANAGERS[short_name]),
            )


def _rows(
    calendar: Calendar,
    offset: int,
    lives: list[_Life],
    matches: list[tuple[int, datetime, datetime | None]],
    agencies: list[Agency],
    zones: list[Zone],
) -> Iterator[Snapshot]:
    day, at = calendar.anchor + timedelta(days=offset), calendar.at(offset, 23, 45)
    active = [life for life in lives if life.is_active(at)]
    by_zone: dict[int | None, list[_Life]] = defaultdict(list)
    for life in active:
        by_zone[life.zone].append(life)
    shown = {zone.pk: len({life.partner for life in by_zone[zone.pk]}) >= settings.COUNT_FLOOR for zone in zones}
    for agency in (None, *agencies):
        its = active if agency is None else [life for life in active if life.agency == agency.pk]
        covered = [shown[zone.pk] for zone in zones if agency is None or zone.agency_id == agency.pk]
        asked = [
            (approved, answered)
            for owner, approved, answered in matches
            if (agency is None or owner == agency.pk) and at - PERIOD <= approved <= at
        ]
        figures = _of_register(its, at) | {
            "zone_coverage": share(sum(covered), len(covered)),
            "response_rate": share(sum(answered is not None and answered <= at for _, answered in asked), len(asked)),
            "overdue_approvals": count(0),
        }
        yield from (_row(day, at, name, reading, agency, None) for name, reading in figures.items())
    for zone in zones:
        figures = _of_register(by_zone[zone.pk], at)
        yield from (_row(day, at, name, reading, zone.agency, zone) for name, reading in figures.items())


def _of_register(lives: list[_Life], at: datetime) -> dict[str, Reading]:
    return {
        "partners": count(len({life.partner for life in lives})),
        "cameras": count(len(lives)),
        "reconfirmed": share(sum(life.is_confirmed(at) for life in lives), len(lives)),
    }


def _row(day: date, at: datetime, name: str, reading: Reading, agency: Agency | None, zone: Zone | None) -> Snapshot:
    return Snapshot(
        day=day,
        measure=name,
        scope=scope_of(agency, zone),
        agency=agency,
        zone=zone,
        value=reading.value,
        base=reading.base,
        taken_at=at,
    )


def _lives() -> Iterator[_Life]:
    """From the ledger: when each camera was approved first, and when it ended."""
    approved = dict(
        Entry.objects.filter(action="camera.approved").values_list("subject_id").annotate(at=Min("recorded_at"))
    )
    ends = ("camera.retired", "camera.lapsed", "camera.withdrawn")
    ended = dict(Entry.objects.filter(action__in=ends).values_list("subject_id").annotate(at=Max("recorded_at")))
    for camera in Camera.objects.select_related("site", "zone"):
        since = approved.get(str(camera.public_id))
        if since is not None:
            yield _Life(
                partner=camera.site.partner_id,
                zone=camera.zone_id,
                agency=camera.zone.agency_id if camera.zone else None,
                since=since,
                until=None if camera.state == CameraState.ACTIVE else ended.get(str(camera.public_id), since),
                confirmed=camera.confirmed_at,
            )


def _matches() -> list[tuple[int, datetime, datetime | None]]:
    rows = Match.objects.filter(request__opened_at__isnull=False).values_list(
        "request__agency_id", "request__opened_at", "answered_at"
    )
    return [(agency, approved, answered) for agency, approved, answered in rows if approved is not None]
