"""Sectors and areas on the ellipsoid: pure functions, no tables."""

from apps.geo.areas import Area, parse_area, ring_polygon
from apps.geo.sectors import Bounds, Sector

__all__ = ["Area", "Bounds", "Sector", "parse_area", "ring_polygon"]
