"""From a sector to what the database keeps of it, and to the zone that it stands in."""

from __future__ import annotations

import math
from typing import Any

import shapely
from django.conf import settings

from apps.agencies.models import Zone
from apps.geo import Sector

LATITUDE_BANDS_PER_DEGREE = 100


def latitude_band_of(latitude: float) -> int:
    """The latitude band of the index: hundredths of a degree, rounded down."""
    return math.floor(latitude * LATITUDE_BANDS_PER_DEGREE)


def place_fields(sector: Sector) -> dict[str, Any]:
    """The columns of CameraPlace for a sector. The one place where box, latitude band and outline are made."""
    polygon = sector.polygon()
    west, south, east, north = polygon.bounds
    return {
        "latitude": sector.latitude,
        "longitude": sector.longitude,
        "bearing": sector.bearing,
        "field_of_view": sector.field_of_view,
        "range_m": sector.range_m,
        "west": west,
        "south": south,
        "east": east,
        "north": north,
        "latitude_band": latitude_band_of(sector.latitude),
        "outline": shapely.to_wkb(polygon),
    }


def zone_at(latitude: float, longitude: float) -> Zone | None:
    """The zone of an active agency that holds this point, borders included; the smallest of several.

    Zones of a city, its county and its campus overlap: the smallest says most.
    """
    point = shapely.Point(longitude, latitude)
    holding = [
        (polygon.area, zone.pk, zone)
        for zone in Zone.objects.filter(agency__is_active=True)
        if (polygon := shapely.Polygon(zone.ring)).covers(point)
    ]
    return min(holding)[2] if holding else None


def is_in_bounds(latitude: float, longitude: float) -> bool:
    """Whether the point lies where the city expects cameras (PORTAL_BOUNDS)."""
    west, south, east, north = settings.PORTAL_BOUNDS
    return bool(south <= latitude <= north and west <= longitude <= east)
