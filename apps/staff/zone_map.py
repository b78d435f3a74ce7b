"""A drawing of the zones with the number of active partner cameras in each: an SVG made on the server, and a table."""

from __future__ import annotations

import math
from dataclasses import dataclass

from apps.agencies.models import Zone
from apps.cameras.counts import ByZone, without_partners_who_left

WIDTH = 640.0
SHADES = 5


@dataclass(frozen=True, slots=True)
class ZoneShape:
    """One zone as it is drawn. `count` is None when it is above zero and below the floor."""

    code: str
    name: str
    agency: str
    count: int | None
    shade: int
    points: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class ZoneMap:
    """Zones of all agencies in one drawing of `width` by `height` units. `floor` is the smallest number shown."""

    width: float
    height: float
    floor: int
    shapes: list[ZoneShape]


def zone_map(active: ByZone, *, floor: int) -> ZoneMap:
    """Draw the zones with the active cameras of partners who take part; a count under `floor` is withheld."""
    counts = without_partners_who_left(active)
    zones = list(Zone.objects.select_related("agency").filter(agency__is_active=True))
    if not zones:
        return ZoneMap(width=WIDTH, height=WIDTH / 2, floor=floor, shapes=[])
    corners = [corner for zone in zones for corner in zone.ring]
    west, east = min(lng for lng, _ in corners), max(lng for lng, _ in corners)
    south, north = min(lat for _, lat in corners), max(lat for _, lat in corners)
    # Equirectangular: at a city's size the error is a fraction of a pixel.
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * squeeze)
    most = max(counts.values(), default=0)

    def place(lng: float, lat: float) -> tuple[float, float]:
        return round((lng - west) * squeeze * scale, 1), round((north - lat) * scale, 1)

    shapes = []
    for zone in zones:
        drawn = [place(lng, lat) for lng, lat in zone.ring]
        xs, ys = [x for x, _ in drawn], [y for _, y in drawn]
        number = counts.get(zone.pk, 0)
        shapes.append(
            ZoneShape(
                code=zone.code,
                name=zone.name,
                agency=zone.agency.short_name,
                count=None if 0 < number < floor else number,
                shade=math.ceil(SHADES * number / most) if most and number >= floor else 0,
                points=" ".join(f"{x},{y}" for x, y in drawn),
                label_x=round((min(xs) + max(xs)) / 2, 1),
                label_y=round((min(ys) + max(ys)) / 2, 1),
            )
        )
    return ZoneMap(width=WIDTH, height=round((north - south) * scale, 1), floor=floor, shapes=shapes)
