"""Sectors and areas on the ellipsoid: pure functions, no tables."""

from apps.geo.areas import Area, parse_area, ring_polygon
from apps.geo.sectors import Bounds, Sector, for_map

__all__ = ["Area", "Bounds", "Sector", "for_map", "parse_area", "ring_polygon"]
