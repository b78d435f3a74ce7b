"""Which of the matched cameras most likely saw it: how much of the area they cover, from how near, facing it, at night.

An order, not a promise: it says whom to call first and whose place to open first. It is worked out from the register
when somebody looks, and holds no place itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
import shapely

from apps.geo import Area

SHARE, NEAR, FACING, NIGHT = 0.4, 0.25, 0.25, 0.1  # of the whole likelihood
# By daylight every camera sees. In the dark, one of which nobody knows it stands between yes and no.
_IN_THE_DARK = {True: 1.0, None: 0.6, False: 0.2}
_METERS_PER_DEGREE = 111_132.0


class Seen(Protocol):
    """A camera's place with its outline (WKB), as the register holds it."""

    latitude: float
    longitude: float
    bearing: float
    field_of_view: float
    range_m: float
    outline: bytes | memoryview


class Likelihood(StrEnum):
    """The three groups that a board shows; a number would promise more than it knows."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def likelihoods(area: Area, places: Sequence[Seen], night_views: Sequence[bool | None], *, dark: bool) -> list[float]:
    """From 0 to 1 for each place, in their order. The share is relative to the place that covers the most.

    Of an area with several places, the share is of all its ground; how near a camera is and whether it faces is said of
    the place that it is nearest to.
    """
    if not places:
        return []
    outlines = shapely.from_wkb([bytes(one.outline) for one in places])
    covered = shapely.area(shapely.intersection(area.polygon, outlines))
    shares = np.sqrt(covered / covered.max()) if covered.max() > 0 else np.zeros(len(places))
    middles = [(part.polygon.centroid, math.sqrt(part.area_m2 / math.pi)) for part in area.places]
    found = []
    for place, share, sees_at_night in zip(places, shares, night_views, strict=True):
        # The nearest place first; how far is far depends on how large the place is.
        far, facing = min(_far_and_facing(place, center, radius_m) for center, radius_m in middles)
        near = max(0.0, 1 - far)
        night = _IN_THE_DARK[sees_at_night] if dark else 1.0
        found.append(float(SHARE * share + NEAR * near + FACING * facing + NIGHT * night))
    return found


def _far_and_facing(place: Seen, center: shapely.Point, radius_m: float) -> tuple[float, float]:
    east = (center.x - place.longitude) * math.cos(math.radians(place.latitude)) * _METERS_PER_DEGREE
    north = (center.y - place.latitude) * _METERS_PER_DEGREE
    distance_m = math.hypot(east, north)
    facing = _facing(place, math.degrees(math.atan2(east, north)), distance_m)
    return distance_m / (radius_m + place.range_m), facing


def _facing(place: Seen, azimuth: float, distance_m: float) -> float:
    """1 where the middle of the area lies within the view, less the farther the camera turns away from it."""
    if distance_m < 1:
        return 1.0
    off = abs((azimuth - place.bearing + 180) % 360 - 180)
    beyond = max(0.0, off - place.field_of_view / 2)
    return 1 - beyond / 180


def group_of(likelihood: float) -> Likelihood:
    """The group of one likelihood."""
    if likelihood >= 0.65:
        return Likelihood.HIGH
    return Likelihood.MEDIUM if likelihood >= 0.45 else Likelihood.LOW
