"""The line of a street between two of its house numbers, for who asks about a stretch without a map."""

from __future__ import annotations

import shapely
from django.db.models import Q

from apps.streets.models import Segment, StreetSet
from apps.streets.search import streets_named

_APART = 0.0003  # degrees: the gap that a wide junction leaves between two blocks of one street


def line_along(street: str, low: int | None = None, high: int | None = None) -> list[tuple[float, float]]:
    """[longitude, latitude] points along the street's blocks from number `low` to `high`; without numbers, all of it.

    Where two towns have a street of that name, or it is in pieces, the longest piece. Empty: no such street or numbers.
    """
    if not StreetSet.objects.filter(is_current=True).exists():
        return []
    blocks = Q()
    if low is not None:
        blocks &= Q(highest__gte=low)
    if high is not None:
        blocks &= Q(lowest__lte=high)
    for key in streets_named(street):
        lines = [
            shapely.LineString(line)
            for line in Segment.objects.filter(blocks, street=key).order_by("pk").values_list("line", flat=True)
        ]
        if lines:
            return _longest(lines)
    return []


def _longest(lines: list[shapely.LineString]) -> list[tuple[float, float]]:
    snapped = shapely.MultiLineString([shapely.set_precision(line, 1e-7) for line in lines])
    merged = shapely.line_merge(snapped)
    pieces = list(shapely.get_parts(merged))
    longest = max(pieces, key=lambda one: one.length)
    # Pieces that a junction parts belong to one stretch.
    points = list(longest.coords)
    others = [piece for piece in pieces if piece is not longest]
    while near := next((one for one in others if _meets(points, one)), None):
        others.remove(near)
        points = _joined(points, list(near.coords))
    return [(float(longitude), float(latitude)) for longitude, latitude in points]


def _meets(points: list[tuple[float, ...]], piece: shapely.LineString) -> bool:
    ends = shapely.MultiPoint([points[0], points[-1]])
    return bool(ends.distance(shapely.MultiPoint([piece.coords[0], piece.coords[-1]])) < _APART)


def _joined(points: list[tuple[float, ...]], more: list[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """`more` at the end of `points` to which it is nearer, in the right direction."""

    def gap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
        return float(shapely.Point(one).distance(shapely.Point(other)))

    at_end = min(gap(points[-1], more[0]), gap(points[-1], more[-1]))
    at_start = min(gap(points[0], more[0]), gap(points[0], more[-1]))
    if at_end <= at_start:
        return points + (more if gap(points[-1], more[0]) <= gap(points[-1], more[-1]) else more[::-1])
    return (more if gap(points[0], more[-1]) <= gap(points[0], more[0]) else more[::-1]) + points
