"""Which public cameras see a place or stand near it: they are named, because nobody's home is behind them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from apps.agencies.policies import Person
from apps.layers.models import Feature
from apps.layers.policies import viewable_layers
from apps.layers.states import CAMERAS, FeatureStatus, Geometry

_METER = 1 / 111_195  # in degrees of latitude
_USUAL_WIDTH = 90.0  # of a camera that says where it looks and not how wide
_CELL = 0.005

Spot = tuple[float, float]
"""Latitude and longitude in degrees."""


@dataclass(frozen=True, slots=True)
class Covering:
    """A public camera that sees a place or stands near it, and how far from there, in meters."""

    title: str
    agency: str
    kind: str
    meters: float
    latitude: float
    longitude: float
    sees: bool


def cameras_covering(user: Person, spots: Sequence[Spot]) -> dict[Spot, list[Covering]]:
    """For each spot the public safety and traffic cameras that cover it, the nearest first."""
    return {spot: [camera for camera in found if camera.sees] for spot, found in cameras_near(user, spots).items()}


def cameras_near(user: Person, spots: Sequence[Spot]) -> dict[Spot, list[Covering]]:
    """For each spot the public safety and traffic cameras that cover it, then those that stand near and look elsewhere
    or too short; of both the nearest first. Those known to be off are left out. One query for any number of spots."""
    if not spots:
        return {}
    reach = max(settings.LAYER_CAMERA_NEAR_M, settings.LAYER_CAMERA_SEES_M)
    edge = reach * _METER / max(math.cos(math.radians(max(abs(lat) for lat, _lon in spots))), 0.1)
    cameras = (
        Feature.objects.filter(
            geometry=Geometry.POINT,  # a line or an area sees nothing
            layer__in=viewable_layers(user).filter(kind__in=CAMERAS),
            latitude__range=(min(lat for lat, _ in spots) - edge, max(lat for lat, _ in spots) + edge),
            longitude__range=(min(lon for _, lon in spots) - edge, max(lon for _, lon in spots) + edge),
        )
        .exclude(status=FeatureStatus.INACTIVE)
        .select_related("layer__agency")
    )
    near = _by_cell(cameras, edge)
    return {spot: _covering(spot, near[_cell(*spot)], reach) for spot in spots}


def _by_cell(cameras: Iterable[Feature], edge: float) -> dict[tuple[int, int], list[Feature]]:
    """The cameras by squares of the map, each also in the squares that its reach may touch."""
    cells: dict[tuple[int, int], list[Feature]] = defaultdict(list)
    for camera in cameras:
        south, west = _cell(camera.latitude - edge, camera.longitude - edge)
        north, east = _cell(camera.latitude + edge, camera.longitude + edge)
        for row in range(south, north + 1):
            for column in range(west, east + 1):
                cells[row, column].append(camera)
    return cells


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return math.floor(latitude / _CELL), math.floor(longitude / _CELL)


def _covering(spot: Spot, cameras: Iterable[Feature], reach: float) -> list[Covering]:
    found = []
    for camera in cameras:
        north = (spot[0] - camera.latitude) / _METER
        east = (spot[1] - camera.longitude) * math.cos(math.radians(spot[0])) / _METER
        meters = math.hypot(north, east)
        if meters > reach:
            continue
        sees = meters <= settings.LAYER_CAMERA_SEES_M and _looks(
            camera, math.degrees(math.atan2(east, north)) % 360, meters
        )
        agency, kind = camera.layer.agency.short_name, camera.layer.kind
        found.append(Covering(camera.title, agency, kind, meters, camera.latitude, camera.longitude, sees))
    return sorted(found, key=lambda one: (not one.sees, one.meters, one.title))


def _looks(camera: Feature, bearing: float, meters: float) -> bool:
    """Whether the camera looks that way; one that stands at the place itself sees it however it looks."""
    if camera.direction is None or meters < 5:
        return True
    off = abs((bearing - camera.direction + 180) % 360 - 180)
    return off <= (camera.field_of_view or _USUAL_WIDTH) / 2
