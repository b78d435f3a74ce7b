"""About how many partners take part around places: arithmetic on what the map shows of the week's release."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

import numpy as np
import shapely

from apps.counts.figures import rounded
from apps.counts.grid import COARSEST, FINEST, Cell
from apps.counts.models import CountRelease
from apps.counts.selectors import shown_cells
from apps.geo.mercator import cells_over, unit_length, unit_points

Spot = tuple[float, float]
"""Latitude and longitude in degrees."""


def partners_around(spots: Iterable[Spot], meters: float) -> dict[Spot, int | None]:
    """For each spot how many partners are within so many meters, in fives; None: fewer than the floor, perhaps none.

    Empty while there is no release. Unlike an estimate it reads no number that the map withholds: a cell counts as it
    is shown, and one below the floor counts nothing. So somebody who asks about many places learns what the map tells
    everybody, and needs no budget. One small query for any number of spots.
    """
    release = CountRelease.objects.only("pk", "released_at").first()
    if release is None:
        return {}
    # What is said of a release never changes, so a board that asks every five seconds computes each place once.
    return {spot: rounded(_around(release.pk, release.released_at, spot, meters)) for spot in spots}


@lru_cache(maxsize=2)
def _shown(release: int, _released_at: datetime) -> dict[Cell, int]:
    """The cells of this release, each as the map shows it."""
    columns = shown_cells(CountRelease(pk=release))
    rows = zip(columns["zoom"], columns["x"], columns["y"], columns["partners"], strict=True)
    return {Cell(zoom, x, y): partners for zoom, x, y, partners in rows}


@lru_cache(maxsize=4096)
def _around(release: int, released_at: datetime, spot: Spot, meters: float) -> float:
    """A cell counts by the share of it that lies within reach."""
    shown = _shown(release, released_at)
    [[x, y]] = unit_points(np.array([[spot[1], spot[0]]]))
    circle = shapely.Point(x, y).buffer(unit_length(meters, spot[0]), quad_segs=8)
    near = []
    for zoom in range(COARSEST, FINEST + 1):
        columns, rows = cells_over(circle.bounds, zoom)
        near += [cell for column in columns for row in rows if (cell := Cell(zoom, column, row)) in shown]
    if not near:
        return 0.0
    boxes = np.array([cell.box() for cell in near], dtype=object)
    shares = shapely.area(shapely.intersection(boxes, circle)) / shapely.area(boxes)
    return float(np.dot(shares, [shown[cell] for cell in near]))
