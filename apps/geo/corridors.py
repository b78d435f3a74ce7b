"""A corridor: what lies so many meters to each side of a line, such as the way somebody fled along a street."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import shapely
from geographiclib.geodesic import Geodesic

# On the WGS 84 ellipsoid a degree has these lengths in meters: the mean of latitude, and longitude at the equator.
_LATITUDE_M, _LONGITUDE_M = 111_132.0, 111_320.0
_QUARTER = 8  # corners of a rounded quarter: the ring stays within one percent of the width
MIN_SIDE_M, MAX_SIDE_M = 3.0, 300.0
MAX_POINTS = 200


def corridor_polygon(line: Sequence[tuple[float, float]], side_m: float) -> shapely.Polygon:
    """The ground within `side_m` meters of a line of [longitude, latitude] points; holes within loops are filled.

    Measured on a plane about the middle of the line, which is off by less than a thousandth within a city.
    """
    middle = math.radians(sum(latitude for _longitude, latitude in line) / len(line))
    stretch = math.cos(middle) * _LONGITUDE_M
    plane = shapely.LineString([(longitude * stretch, latitude * _LATITUDE_M) for longitude, latitude in line])
    around = plane.buffer(side_m, quad_segs=_QUARTER).simplify(side_m / 200)
    outline = shapely.get_coordinates(shapely.get_exterior_ring(around))
    ring = [(round(x / stretch, 7), round(y / _LATITUDE_M, 7)) for x, y in outline]
    return shapely.orient_polygons(shapely.Polygon(ring))


def line_length_m(line: Sequence[Sequence[float]]) -> float:
    """How long a line of [longitude, latitude] points is, in meters on the ellipsoid."""
    return sum(float(Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0])["s12"]) for a, b in pairwise(line))
