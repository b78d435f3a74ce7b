"""Lines and areas of a source: checked, and with a place and a size of their own."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.conf import settings

from apps.layers.reading.problems import RowProblem, check_near
from apps.layers.states import Geometry

Position = list[float]
_POSITION = re.compile(r"\[[-\d]")
_DIGITS = 6  # a tenth of a meter
_METER = 1 / 111_195  # in degrees of latitude
# What GeoJSON calls them, and how many lists lie around a list of positions.
_LINES = {"LineString": 0, "MultiLineString": 1}
_AREAS = {"Polygon": 1, "MultiPolygon": 2}


@dataclass(frozen=True, slots=True)
class Shape:
    """A line or an area. `coordinates` are those of a GeoJSON MultiLineString or MultiPolygon, as JSON without spaces.

    The place is a point on the line, or inside the area. `size` is its length in meters or its area in square meters;
    None for an area that crosses itself: it is drawn, and nothing is told from it.
    """

    geometry: str
    coordinates: str
    latitude: float
    longitude: float
    size: float | None


def shapes_of_geojson(content: bytes) -> list[Any]:
    """The geometries of a GeoJSON file, a row each, with numbers for coordinates."""
    found = json.loads(content.decode("utf-8-sig"))
    features = found.get("features") if found.get("type") == "FeatureCollection" else [found]
    return [feature.get("geometry") if isinstance(feature, dict) else None for feature in features]


def shape_of_geojson(geometry: Any, key: str) -> Shape:
    """The shape of a GeoJSON geometry that is no point. Raises RowProblem."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind in _LINES:
        return line_of([coordinates] if kind == "LineString" else coordinates, key)
    if kind in _AREAS:
        return area_of([coordinates] if kind == "Polygon" else coordinates, key)
    raise RowProblem("no_point", key)


def shape_of_parts(kind: str, parts: Sequence[Sequence[Sequence[float]]], key: str) -> Shape:
    """The shape of a row of a shapefile, where the direction of a ring says whether it is a hole. Raises RowProblem."""
    lists = [[list(position) for position in part] for part in parts]
    if kind == "line":
        return line_of(lists, key)
    outer = [[ring] for ring in lists if len(ring) < 4 or not shapely.is_ccw(shapely.LinearRing(ring))]
    holes = [ring for ring in lists if [ring] not in outer]
    for hole in holes:
        around = [
            area for area in outer if len(area[0]) > 3 and shapely.Polygon(area[0]).contains(shapely.Point(hole[0]))
        ]
        if around:
            around[0].append(hole)
        else:  # some programs write every ring the other way round
            outer.append([hole])
    return area_of(outer, key)


def line_of(lines: Any, key: str) -> Shape:
    """A line of one or more parts. Raises RowProblem."""
    _check_corners(lines, 1, key)
    parts = [part for line in lines if len(part := _without_repeats(_checked(line, key))) > 1]
    if not parts:
        raise RowProblem("no_size", key)
    drawn = [shapely.LineString(_in_meters(part, parts[0][0])) for part in parts]
    longest = max(range(len(parts)), key=lambda place: drawn[place].length)
    middle = shapely.LineString(parts[longest]).interpolate(0.5, normalized=True)
    size = sum(line.length for line in drawn)
    return Shape(Geometry.LINE, _text(parts), round(middle.y, _DIGITS), round(middle.x, _DIGITS), round(size, 1))


def area_of(areas: Any, key: str) -> Shape:
    """An area of one or more parts, each an outline and its holes. Raises RowProblem."""
    _check_corners(areas, 2, key)
    parts = []
    for rings in areas:
        outline, *holes = [_ring(_checked(ring, key)) for ring in rings] or [[]]
        if outline:
            parts.append([outline, *(hole for hole in holes if hole)])
    if not parts:
        raise RowProblem("no_size", key)
    whole = shapely.MultiPolygon([(part[0], part[1:]) for part in parts])
    if not whole.is_valid:  # it crosses itself: any corner of it is a place of it
        longitude, latitude = parts[0][0][0]
        return Shape(Geometry.AREA, _text(parts), latitude, longitude, None)
    place = whole.representative_point()
    origin = parts[0][0][0]
    size = sum(
        shapely.Polygon(_in_meters(part[0], origin), [_in_meters(hole, origin) for hole in part[1:]]).area
        for part in parts
    )
    if size > settings.LAYER_MAX_AREA_KM2 * 1_000_000:
        raise RowProblem("too_large", key)
    return Shape(Geometry.AREA, _text(parts), round(place.y, _DIGITS), round(place.x, _DIGITS), round(size, 1))


def _check_corners(lists: Any, depth: int, key: str) -> None:
    """Before anything else looks at them: how deep, and how many."""
    level = lists
    for _step in range(depth):
        if not isinstance(level, list) or not all(isinstance(one, list) for one in level):
            raise RowProblem("bad_shape", key)
        level = [inner for one in level for inner in one]
    if len(level) > settings.LAYER_MAX_CORNERS:
        raise RowProblem("many_corners", key)


def _checked(positions: Any, key: str) -> list[Position]:
    """Longitude and latitude of each, near the city; a height is left out."""
    found: list[Position] = []
    for position in positions:
        if not isinstance(position, list) or len(position) < 2 or not all(_is_number(one) for one in position[:2]):
            raise RowProblem("bad_shape", key)
        longitude, latitude = float(position[0]), float(position[1])
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):
            raise RowProblem("bad_place", key)
        if found and abs(longitude - found[-1][0]) > 180:
            raise RowProblem("antimeridian", key)
        found.append([round(longitude, _DIGITS), round(latitude, _DIGITS)])
    for furthest in (min, max) if found else ():
        check_near(furthest(one[1] for one in found), furthest(one[0] for one in found), key)
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _without_repeats(positions: list[Position]) -> list[Position]:
    return [one for place, one in enumerate(positions) if not place or one != positions[place - 1]]


def _ring(positions: list[Position]) -> list[Position]:
    """Closed; nothing for one that surrounds nothing."""
    kept = _without_repeats(positions)
    if kept and kept[0] != kept[-1]:
        kept.append(kept[0])
    return kept if len(kept) > 3 and (shapely.Polygon(kept).area or not shapely.Polygon(kept).is_valid) else []


def _in_meters(positions: Sequence[Position], origin: Position) -> list[tuple[float, float]]:
    """On a plane about `origin`: for the size of a thing in a city."""
    east = math.cos(math.radians(origin[1])) / _METER
    return [((longitude - origin[0]) * east, (latitude - origin[1]) / _METER) for longitude, latitude in positions]


def corners_of(coordinates: str) -> int:
    """How many positions a shape has."""
    return len(_POSITION.findall(coordinates))


def _text(parts: list[Any]) -> str:
    return json.dumps(parts, separators=(",", ":"))
