"""What a camera covers: a sector drawn on the ellipsoid, not on a flat map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import shapely
from django.utils.translation import gettext as _
from geographiclib.geodesic import Geodesic

from apps.geo import numbers

MAX_RANGE_M = 500.0
MIN_FIELD_OF_VIEW = 1.0
FULL_CIRCLE = 360.0
# Between two points of the arc the chord runs at most 0.1 % of the range inside it: 3 cm at 30 m.
_STEP_DEGREES = 5.0
# Corners nearer to each other than this would only invite rounding errors.
_SLIVER_DEGREES = 0.05
_SAME_DEGREES = 1e-6
_MASK = Geodesic.LATITUDE | Geodesic.LONGITUDE | Geodesic.AZIMUTH

Bounds = tuple[float, float, float, float]


class HasSector(Protocol):
    """A place, a look or a sector: anything that says where a camera stands and what it covers."""

    @property
    def latitude(self) -> float: ...
    @property
    def longitude(self) -> float: ...
    @property
    def bearing(self) -> float: ...
    @property
    def field_of_view(self) -> float: ...
    @property
    def range_m(self) -> float: ...


def for_map(place: HasSector) -> dict[str, float]:
    """The sector in the words that `static/js/sector.js` reads. Every map of the portal gets its sectors from here."""
    return {
        "longitude": place.longitude,
        "latitude": place.latitude,
        "bearing": place.bearing,
        "fieldOfView": place.field_of_view,
        "range": place.range_m,
    }


@dataclass(frozen=True, slots=True)
class Sector:
    """Apex (WGS 84), bearing clockwise from true north and horizontal field of view in degrees; range in meters.

    A field of view of 360 is a full circle. Raises InvalidInput, with the field's name, for whatever is no sector.
    """

    latitude: float
    longitude: float
    bearing: float
    field_of_view: float
    range_m: float

    def __post_init__(self) -> None:
        checked: dict[str, Any] = {
            "latitude": numbers.latitude(self.latitude),
            "longitude": numbers.longitude(self.longitude),
            "bearing": numbers.between(
                self.bearing, "bearing", 0, 360, _("A bearing lies between 0 and 360 degrees, clockwise from north.")
            )
            % 360.0,
            "field_of_view": numbers.between(
                self.field_of_view,
                "field_of_view",
                MIN_FIELD_OF_VIEW,
                FULL_CIRCLE,
                _("A field of view lies between 1 and 360 degrees."),
            ),
            "range_m": numbers.between(
                self.range_m,
                "range_m",
                1,
                MAX_RANGE_M,
                _("The range has to be between 4 and 1,640 feet (1 to 500 meters)."),
            ),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

    @property
    def is_circle(self) -> bool:
        """Whether the camera sees all round, but for a sliver that no map shows."""
        return self.field_of_view > FULL_CIRCLE - _SLIVER_DEGREES

    def polygon(self) -> shapely.Polygon:
        """The covered ground as a polygon of (longitude, latitude), counter-clockwise.

        Its vertices lie at `range_m` from the apex and include the arc's northernmost, southernmost, easternmost and
        westernmost points, so the polygon's box is the box of the true sector.
        """
        return _polygon(self)

    def bounds(self) -> Bounds:
        """West, south, east, north in degrees."""
        west, south, east, north = self.polygon().bounds
        return west, south, east, north

    def point_at(self, azimuth: float) -> tuple[float, float]:
        """(longitude, latitude) at the range in this direction (degrees clockwise from true north)."""
        end = Geodesic.WGS84.Direct(self.latitude, self.longitude, azimuth, self.range_m, _MASK)
        return end["lon2"], end["lat2"]

    def covers_azimuth(self, azimuth: float) -> bool:
        """Say whether this direction (degrees clockwise from true north) lies within the field of view."""
        off = (azimuth - self.bearing + 180.0) % 360.0 - 180.0
        return abs(off) <= self.field_of_view / 2

    def _azimuths(self) -> list[float]:
        steps = math.ceil(self.field_of_view / _STEP_DEGREES)
        start = self.bearing - self.field_of_view / 2
        count = steps if self.is_circle else steps + 1
        ends = {0.0} if self.is_circle else {0.0, self.field_of_view}
        even = {index * self.field_of_view / steps for index in range(count)} - ends
        cardinal = (0.0, self._farthest(90.0), 180.0, self._farthest(270.0))
        turned = {(azimuth - start) % 360.0 for azimuth in cardinal if self.covers_azimuth(azimuth)}
        # An end that is an extreme itself, but for rounding, stands for it.
        extremes = {
            offset for offset in turned if min(abs(offset - end) for end in ends | {FULL_CIRCLE}) > _SAME_DEGREES
        }
        kept = {offset for offset in even if min(abs(offset - other) for other in extremes | ends) > _SLIVER_DEGREES}
        return [start + offset for offset in sorted(kept | extremes | ends)]

    def _farthest(self, direction: float) -> float:
        """The azimuth whose end lies farthest east (90) or west (270): there the geodesic arrives at right angles.

        It differs a little from `direction`, because meridians converge.
        """
        azimuth = direction
        for _round in range(3):
            end = Geodesic.WGS84.Direct(self.latitude, self.longitude, azimuth, self.range_m, _MASK)
            azimuth -= (end["azi2"] - direction + 180.0) % 360.0 - 180.0
        return azimuth % 360.0


@lru_cache(maxsize=256)
def _polygon(sector: Sector) -> shapely.Polygon:
    """Kept, because a verb that stores a camera asks several times; geodesics in Python cost 0.1 ms a corner."""
    arc = [sector.point_at(azimuth) for azimuth in sector._azimuths()]
    ring = arc if sector.is_circle else [(sector.longitude, sector.latitude), *arc]
    return shapely.Polygon(reversed(ring))
