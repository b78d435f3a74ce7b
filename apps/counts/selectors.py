"""What a count may say: read from the release alone, never from the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import shapely
from django.db.models import Q

from apps.agencies.models import Zone
from apps.agencies.policies import zones_of_program
from apps.counts.figures import rounded
from apps.counts.grid import COARSEST, FINEST, Cell
from apps.counts.models import CountCell, CountRelease
from apps.geo import Area
from apps.geo.mercator import cells_over, unit_length, unit_shape

# Cameras outside an area look into it: most see as far as this, in meters.
REACH_M = 40.0


@dataclass(frozen=True, slots=True)
class Estimate:
    """How many partners an area is likely to reach, in fives; None stands for fewer than the floor, perhaps none.

    `around` counts those in the cells that the area touches, `around_m2` is their size in square meters. `cells` has
    the cells that each place of the area touches, in their order.
    """

    week: date
    partners: int | None
    around: int | None
    around_m2: float
    cells: tuple[tuple[Cell, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """How much of the program's recorders still hold a moment: in percent, in tens, and how long half of them do."""

    percent: int
    half: timedelta


def estimate(area: Area, release: CountRelease) -> Estimate:
    """What may be said about an area before a request for it is approved."""
    reached = [_reached(place) for place in area.places]
    near = Q()
    for shape in reached:
        for zoom in range(COARSEST, FINEST + 1):
            columns, rows = cells_over(shape.bounds, zoom)
            near |= Q(zoom=zoom, x__range=(columns[0], columns[-1]), y__range=(rows[0], rows[-1]))
    found = CountCell.objects.filter(near, release=release).values_list("zoom", "x", "y", "partners")
    cells = {Cell(zoom, x, y): partners for zoom, x, y, partners in found}
    return _spread(reached, unit_length(1, _latitude(area)), cells, release.week)


def estimate_from(area: Area, cells: Mapping[Cell, int], week: date) -> Estimate:
    """The estimate from these cells and nothing else."""
    return _spread([_reached(place) for place in area.places], unit_length(1, _latitude(area)), cells, week)


def _spread(reached: Sequence[shapely.Polygon], unit_meter: float, cells: Mapping[Cell, int], week: date) -> Estimate:
    """A cell counts by the share of it that is reached; what several places reach counts once."""
    together = shapely.union_all(reached)
    shapely.prepare(together)
    partners = around = size = 0.0
    touched: list[list[Cell]] = [[] for _place in reached]
    for cell, number in cells.items():
        box = cell.box()
        share = together.intersection(box).area / box.area
        if share:
            partners += number * share
            around += number
            size += box.area / unit_meter**2
            for mine, place in zip(touched, reached, strict=True):
                if place.intersects(box):
                    mine.append(cell)
    return Estimate(week, rounded(partners), rounded(around), size, tuple(map(tuple, touched)))


def shown_cells(release: CountRelease) -> dict[str, list[int]]:
    """The cells of the week's release as a map shows them, in columns: the same for everybody, whatever they may open.

    Each number is said in fives, and a cell below the floor is left out. So a map tells less than the estimates do,
    which read the same cells.
    """
    rows = release.cells.order_by("zoom", "x", "y").values_list("zoom", "x", "y", "partners")
    shown = [(zoom, x, y, number) for zoom, x, y, partners in rows if (number := rounded(partners)) is not None]
    return {name: [row[place] for row in shown] for place, name in enumerate(("zoom", "x", "y", "partners"))}


def holding(release: CountRelease, age: timedelta) -> Holding | None:
    """How many recorders still hold a moment that lies so far back; None for a program that is too small to say."""
    if not release.retention:
        return None
    gone = np.interp(age / timedelta(hours=1), release.retention, np.linspace(0, 1, len(release.retention)))
    half = timedelta(hours=release.retention[len(release.retention) // 2])
    return Holding(percent=round(10 * (1 - float(gone))) * 10, half=half)


def partners_by_zone() -> Mapping[Zone, int | None]:
    """For everybody: partners by zone, in fives, as of the week's Monday. There is deliberately no sum.

    A sum would give a number below the floor away.
    """
    release = CountRelease.objects.first()
    shown = release.zones if release else {}
    return {zone: shown.get(str(zone.public_id)) for zone in zones_of_program()}


def _latitude(area: Area) -> float:
    return (area.bounds[1] + area.bounds[3]) / 2


def _reached(area: Area) -> shapely.Polygon:
    reached: shapely.Polygon = unit_shape(area.polygon).buffer(unit_length(REACH_M, _latitude(area)), quad_segs=4)
    return reached
