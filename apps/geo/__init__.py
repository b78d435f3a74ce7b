"""Sectors and areas on the ellipsoid: pure functions, no tables."""

from apps.geo.areas import Area, parse_area, place_name, ring_polygon
from apps.geo.corridors import line_length_m
from apps.geo.sectors import Bounds, Sector, for_map

__all__ = ["Area", "Bounds", "Sector", "for_map", "line_length_m", "parse_area", "place_name", "ring_polygon"]
