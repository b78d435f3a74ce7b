"""What a request asks about: a polygon, a circle, a corridor along a street, or several such places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext as _
from geographiclib.geodesic import Geodesic

from apps.core import text
from apps.core.errors import InvalidInput
from apps.geo import numbers
from apps.geo.corridors import MAX_POINTS, MAX_SIDE_M, MIN_SIDE_M, corridor_polygon
from apps.geo.sectors import Bounds

MAX_VERTICES = 500
MAX_RADIUS_M = 50_000.0
MAX_SPAN_DEGREES = 10.0
# As many as times: a supervisor looks at each place, and who has to ask about more asks about another event.
MAX_PLACES, NAME_MAX = 4, 40
_CIRCLE_VERTICES = 120
_FIELD = "area"

Ground = shapely.Polygon | shapely.MultiPolygon


@dataclass(frozen=True)
class Area:
    """A checked area. Made by `parse_area` alone; `form` is the JSON that it was made of, cleaned.

    `polygon` is the ground that it covers. Of several places it is their union: what lies in two of them counts once.
    """

    polygon: Ground
    form: dict[str, Any]
    parts: tuple[Area, ...] = ()

    @property
    def places(self) -> tuple[Area, ...]:
        """Each place that the area is made of: a polygon, a circle or a corridor. One area is one place."""
        return self.parts or (self,)

    @property
    def rings(self) -> list[list[list[float]]]:
        """The outline of each place: closed, [longitude, latitude]."""
        return [shapely.get_coordinates(place.polygon).tolist() for place in self.places]

    @cached_property
    def area_m2(self) -> float:
        """Square meters on the ellipsoid."""
        return _area_m2(self.polygon)

    @cached_property
    def bounds(self) -> Bounds:
        """West, south, east, north in degrees. For several places, ask each: between them may lie a whole city."""
        west, south, east, north = self.polygon.bounds
        return west, south, east, north

    def to_json(self) -> dict[str, Any]:
        """What `parse_area` reads again into the same area: each place as it was drawn."""
        return self.form

    def intersects_many(self, outlines: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """For each outline (WKB bytes, or shapely shapes) say whether it meets the area, borders included."""
        given = np.asarray(outlines, dtype=object)
        if not len(given):
            return np.zeros(0, dtype=bool)
        shapes = given if isinstance(given[0], shapely.Geometry) else shapely.from_wkb(given)
        meets = np.zeros(len(given), dtype=bool)
        # Each place as it was drawn: joining shapes moves corners by a hair, which decides about what only touches.
        for place in self.places:
            shapely.prepare(place.polygon)
            meets |= shapely.intersects(place.polygon, shapes)
        return meets


def parse_area(raw: Any) -> Area:
    """Read a GeoJSON Polygon (one closed ring, at most 500 corners), `{type: Circle, center: [lng, lat], radius_m}`,
    `{type: Corridor, line: [[lng, lat], …], side_m}`, the ground within so many meters of a line, or
    `{type: Several, parts: […]}`: at most four of these, each perhaps with a `name`. One part alone is that area.

    Raises InvalidInput about the field `area`; of several places, it names the one. How large an area may be is for the
    caller to decide.
    """
    if isinstance(raw, Mapping) and raw.get("type") == "Several":
        return _several(raw)
    return _one(raw)


def place_name(number: int, name: str) -> str:
    """“Place 2”, or “Place 2 (back yard)”, as people read it."""
    if not name:
        return _("Place %(number)d") % {"number": number}
    return _("Place %(number)d (%(name)s)") % {"number": number, "name": name}


def _one(raw: Any) -> Area:
    if not isinstance(raw, Mapping):
        raise _refusal(_("Please draw an area on the map."))
    if raw.get("type") == "Circle":
        return _circle(raw)
    if raw.get("type") == "Polygon":
        return _polygon(raw)
    if raw.get("type") == "Corridor":
        return _corridor(raw)
    raise _refusal(_("An area is a polygon, a circle or a corridor."))


def _several(raw: Mapping[str, Any]) -> Area:
    given = raw.get("parts")
    if not isinstance(given, list | tuple) or not given:
        raise _refusal(_("Please draw an area on the map."))
    if len(given) > MAX_PLACES:
        sentence = _("A request asks about at most %(most)d places. Write another request for the rest.")
        raise _refusal(sentence % {"most": MAX_PLACES})
    parts: list[Area] = []
    for number, one in enumerate(given, start=1):
        name = one.get("name", "") if isinstance(one, Mapping) else ""
        name = text.line(name, field=_FIELD, most=NAME_MAX, required=False)
        try:
            place = _one(one)
        except InvalidInput as error:
            problem = {"place": place_name(number, name), "problem": error.message}
            raise _refusal(_("%(place)s: %(problem)s") % problem) from error
        same = [before for before, other in enumerate(parts, start=1) if other.polygon.equals(place.polygon)]
        if same:
            sentence = _("%(place)s is the same as place %(other)d. Remove one of them.")
            raise _refusal(sentence % {"place": place_name(number, name), "other": same[0]})
        parts.append(Area(place.polygon, {**place.form, "name": name} if name else place.form))
    if len(parts) == 1:
        return Area(parts[0].polygon, {key: value for key, value in parts[0].form.items() if key != "name"})
    ground = cast(Ground, shapely.union_all([part.polygon for part in parts]))
    _check_span(ground)
    return Area(ground, {"type": "Several", "parts": [part.form for part in parts]}, tuple(parts))


def ring_polygon(ring: Any) -> shapely.Polygon:
    """A valid polygon from a closed ring of [longitude, latitude] pairs. Raises InvalidInput."""
    if not isinstance(ring, list | tuple):
        raise _refusal(_("An area needs a list of corners."))
    if len(ring) > MAX_VERTICES + 1:
        raise _refusal(_("This area has more than %(most)d corners. Please draw it simpler.") % {"most": MAX_VERTICES})
    corners = [_position(corner) for corner in ring]
    if len(corners) < 4:
        raise _refusal(_("An area needs at least three corners."))
    if corners[0] != corners[-1]:
        raise _refusal(_("The outline of the area is not closed."))
    polygon = shapely.Polygon(corners)
    if not polygon.is_valid or polygon.area == 0:
        raise _refusal(_("The outline of the area crosses or touches itself. Please draw it again."))
    _check_span(polygon)
    return shapely.orient_polygons(polygon)


def _polygon(raw: Mapping[str, Any]) -> Area:
    rings = raw.get("coordinates")
    if not isinstance(rings, list | tuple) or not rings:
        raise _refusal(_("An area needs a list of corners."))
    if len(rings) > 1:
        raise _refusal(_("An area cannot have holes."))
    polygon = ring_polygon(rings[0])
    ring = [[longitude, latitude] for longitude, latitude in polygon.exterior.coords]
    return Area(polygon=polygon, form={"type": "Polygon", "coordinates": [ring]})


def _circle(raw: Mapping[str, Any]) -> Area:
    longitude, latitude = _position(raw.get("center"))
    radius_m = numbers.between(
        raw.get("radius_m"),
        _FIELD,
        1,
        MAX_RADIUS_M,
        _("The radius of a circle has to be between 4 feet and 31 miles."),
    )
    polygon = _disc(longitude, latitude, radius_m)
    _check_span(polygon)
    return Area(polygon=polygon, form={"type": "Circle", "center": [longitude, latitude], "radius_m": radius_m})


def _corridor(raw: Mapping[str, Any]) -> Area:
    line = raw.get("line")
    if not isinstance(line, list | tuple) or len(line) > MAX_POINTS:
        raise _refusal(
            _("A corridor needs a line of at most %(most)d points. Please draw it simpler.") % {"most": MAX_POINTS}
        )
    points = [_position(point) for point in line]
    points = [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]
    if len(points) < 2:
        raise _refusal(_("A corridor needs a line with at least two points."))
    _check_span(shapely.LineString(points))
    side_m = numbers.between(
        raw.get("side_m"),
        _FIELD,
        MIN_SIDE_M,
        MAX_SIDE_M,
        _("A corridor reaches from 10 to 984 feet to each side of its line."),
    )
    form = {"type": "Corridor", "line": [list(point) for point in points], "side_m": side_m}
    return Area(polygon=corridor_polygon(points, side_m), form=form)


# One request's area is read again and again: when it is written, judged, submitted, decided about and shown.
@lru_cache(maxsize=256)
def _disc(longitude: float, latitude: float, radius_m: float) -> shapely.Polygon:
    ring = []
    for index in range(_CIRCLE_VERTICES):
        end = Geodesic.WGS84.Direct(latitude, longitude, -index * 360.0 / _CIRCLE_VERTICES, radius_m)
        ring.append((end["lon2"], end["lat2"]))
    return shapely.Polygon(ring)


@lru_cache(maxsize=256)
def _area_m2(ground: Ground) -> float:
    return sum(_ring_m2(one.exterior) - sum(map(_ring_m2, one.interiors)) for one in shapely.get_parts(ground).tolist())


def _ring_m2(ring: shapely.LinearRing) -> float:
    measure = Geodesic.WGS84.Polygon()
    for longitude, latitude in ring.coords[:-1]:
        measure.AddPoint(latitude, longitude)
    _count, _perimeter, area = measure.Compute()
    return abs(float(area))


def _position(raw: Any) -> tuple[float, float]:
    if not isinstance(raw, list | tuple) or not 2 <= len(raw) <= 3:
        raise _refusal(_("Each corner is a longitude and a latitude."))
    return numbers.longitude(raw[0], _FIELD), numbers.latitude(raw[1], _FIELD)


def _check_span(shape: Ground | shapely.LineString) -> None:
    west, south, east, north = shape.bounds
    if east - west > MAX_SPAN_DEGREES or north - south > MAX_SPAN_DEGREES:
        raise _refusal(_("This area is far larger than a city."))


def _refusal(sentence: str) -> InvalidInput:
    return numbers.refusal(_FIELD, sentence)
