"""Streets as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from apps.streets.reading.fields import Columns, features
from apps.streets.ways import Feature, unreadable

MOST_BYTES = 1_000_000_000
_SHAPES = {
    "LineString": ("line", 0),
    "MultiLineString": ("line", 1),
    "Polygon": ("polygon", 1),
    "MultiPolygon": ("polygon", 2),
    "Point": ("point", -1),
}


def read_geojson(path: Path) -> Iterator[Feature]:
    """The features of a file. Raises StreetsUnreadable for one that is no GeoJSON, too large, or in a projection."""
    if path.stat().st_size > MOST_BYTES:
        raise unreadable(_("This file is larger than a gigabyte. Cut it to your county first."))
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise unreadable(_("This file is no GeoJSON: it is cut off, or something else under that name.")) from error
    rows = content.get("features") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise unreadable(_("This file is no GeoJSON: it has no list of features."))
    named = str((content.get("crs") or {}).get("properties", {}).get("name", "")) if content.get("crs") else ""
    if named and not named.endswith(("CRS84", "EPSG::4326", "EPSG:4326")):
        raise unreadable(_("This file uses %(name)s. Export it in longitude and latitude (WGS 84).") % {"name": named})
    columns = Columns({name for row in rows[:1000] for name in _properties(row)})
    for row in rows:
        geometry = row.get("geometry") if isinstance(row, dict) else None
        if not isinstance(geometry, dict) or geometry.get("type") not in _SHAPES:
            continue
        shape, depth = _SHAPES[geometry["type"]]
        try:
            yield from features(columns, _properties(row), shape, _parts(geometry.get("coordinates"), depth))
        except (TypeError, ValueError, IndexError):
            continue  # one row whose coordinates are no numbers


def _properties(row: Any) -> dict[str, Any]:
    properties = row.get("properties") if isinstance(row, dict) else None
    return properties if isinstance(properties, dict) else {}


def _parts(coordinates: Any, depth: int) -> list[Any]:
    if depth <= 0:
        return [coordinates]
    return coordinates if depth == 1 else [ring for polygon in coordinates for ring in polygon]
