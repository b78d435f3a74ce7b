"""A smaller area, or a shorter time, for a request: from the area and the times alone.

Nothing here knows where a camera is. Whether a smaller area keeps as many partners is asked of the week's counts, as
for any other area (`services.propose_smaller_area`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import shapely
from shapely import affinity

from apps.core.errors import InvalidInput
from apps.geo import Area, parse_area

# Of each length of the area, smallest first: half of the ground, then about seven tenths of it.
SCALES = (0.7, 0.85)
_DIGITS = 7  # of a degree: a centimeter
_ROUND = timedelta(minutes=1)

Window = tuple[datetime, datetime]


def smaller_areas(area: Area) -> Iterator[Area]:
    """Areas that lie within this one, the smallest first: each place smaller about its own middle.

    A corridor keeps its line and becomes narrower. None where a place cannot become smaller this way: a polygon that
    bends around its middle would leave itself.
    """
    for scale in SCALES:
        parts = [_smaller(place, scale) for place in area.places]
        if any(part is None for part in parts):
            continue
        try:
            yield parse_area({"type": "Several", "parts": parts} if area.parts else parts[0])
        except InvalidInput:
            continue


def _smaller(place: Area, scale: float) -> dict[str, Any] | None:
    form = place.form
    if form["type"] == "Circle":
        return {**form, "radius_m": round(form["radius_m"] * scale, 2)}
    if form["type"] == "Corridor":
        # The ground shrinks with the width alone, so the width as much as the ground of the others.
        return {**form, "side_m": round(form["side_m"] * scale**2, 2)}
    shrunk = affinity.scale(place.polygon, scale, scale, origin="centroid")
    ring = [[round(x, _DIGITS), round(y, _DIGITS)] for x, y in shapely.get_coordinates(shrunk)]
    if not place.polygon.covers(shapely.Polygon(ring)):
        return None
    return {**form, "coordinates": [ring]}


def shorter_windows(windows: Sequence[Window], most: timedelta) -> list[Window] | None:
    """These times, each shorter about its own middle, so that all together are as long as `most`, on whole minutes.

    None where they are no longer than that, or nothing sensible would be left.
    """
    total = sum((end - start for start, end in windows), timedelta())
    if total <= most or any(end <= start for start, end in windows):
        return None
    shorter = []
    for start, end in windows:
        # Rounded toward each other, so that together they do not exceed the most by a minute.
        cut = -(-((end - start) * (1 - most / total) / 2) // _ROUND) * _ROUND
        if end - cut - (start + cut) < _ROUND:
            return None
        shorter.append((start + cut, end - cut))
    return shorter
