"""release_counts: what may be said about how many take part, made once a week and in one place."""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import shapely
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.agencies.models import Zone
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.counts.figures import rounded, with_noise
from apps.counts.grid import COARSEST, Cell, ZoneCount, cell_at, partition
from apps.counts.models import CountCell, CountRelease
from apps.counts.weeks import week_began
from apps.geo.mercator import cells_over, unit_points, unit_shape
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

_TWENTIETHS = np.linspace(0, 1, 21)


def release_counts(*, actor: Actor, again: bool = False) -> CountRelease:
    """The release of this week, made now if there is none; `again` replaces it, after a register was loaded at once.

    Two at once make one. Records `counts.released`.
    """
    week = week_began().date()
    if not again and (made := CountRelease.objects.filter(week=week).first()):
        return made
    try:
        with transaction.atomic():
            if again:
                _forget(CountRelease.objects.filter(week=week))
            return _release(week, actor)
    except IntegrityError:
        return CountRelease.objects.get(week=week)


def _release(week: date, actor: Actor) -> CountRelease:
    before = {Cell(*row) for row in CountCell.objects.values_list("zoom", "x", "y")}
    places = _places()
    zones = list(Zone.objects.filter(agency__is_active=True))
    in_zone = Counter(zone for _site, zone, _longitude, _latitude in places if zone is not None)
    public = {zone.pk: rounded(in_zone[zone.pk]) for zone in zones}
    points = unit_points(np.array([place[2:] for place in places], dtype=float).reshape(-1, 2))
    cells = partition(
        _roots(points),
        [ZoneCount(unit_shape(shapely.Polygon(zone.ring)), public[zone.pk] or 0) for zone in zones],
        before,
    )
    held = Counter(cell for x, y in points if (cell := cell_at(x, y, cells)))
    # The week is unique: who comes second ends here.
    release = CountRelease.objects.create(
        week=week,
        released_at=timezone.now(),
        zones={str(zone.public_id): public[zone.pk] for zone in zones},
        retention=_retention(),
    )
    _forget(CountRelease.objects.exclude(pk=release.pk))
    CountCell.objects.bulk_create(
        (
            CountCell(release=release, **cell._asdict(), partners=with_noise(held[cell], "/".join(map(str, cell))))
            for cell in sorted(cells)
        ),
        batch_size=1000,
    )
    ledger.record("counts.released", Subject.of("counts", str(week)), actor, cells=len(cells))
    return release


def _forget(releases: QuerySet[CountRelease]) -> None:
    CountCell.objects.filter(release__in=releases).delete()
    releases.delete()


def _taking_part() -> QuerySet[Camera]:
    return Camera.objects.filter(state=CameraState.ACTIVE, site__partner__left_at__isnull=True)


def _places() -> list[tuple[int, int | None, float, float]]:
    """Site, zone, longitude and latitude of each site that takes part: where its first camera stands.

    One household is one, however many cameras it has, and stands in one cell.
    """
    rows = (
        _taking_part()
        .filter(place__isnull=False)
        .order_by("site_id", "pk")
        .values_list("site_id", "zone_id", "place__longitude", "place__latitude")
    )
    first: dict[int, tuple[int, int | None, float, float]] = {}
    for row in rows.iterator(5000):
        first.setdefault(row[0], row)
    return list(first.values())


def _roots(points: np.ndarray) -> set[Cell]:
    """The coarsest cells over the city, and over places that lie outside it."""
    west, south, east, north = settings.PORTAL_BOUNDS
    (left, top), (right, bottom) = unit_points(np.array([[west, north], [east, south]]))
    columns, rows = cells_over((left, top, right, bottom), COARSEST)
    roots = {Cell(COARSEST, x, y) for x in columns for y in rows}
    return roots | {Cell(COARSEST, int(x), int(y)) for x, y in np.floor(points * 2**COARSEST)}


def _retention() -> list[float]:
    """How long recorders keep video, of all that take part; empty below twenty, of which it might say too much."""
    hours = list(_taking_part().values_list("retention_hours", flat=True))
    return [float(value) for value in np.quantile(hours, _TWENTIETHS)] if len(hours) >= 20 else []
