"""Files of streets, by their format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from apps.streets.reading.geojson import read_geojson
from apps.streets.reading.shapefiles import read_shapefile
from apps.streets.ways import Feature, unreadable

__all__ = ["read_streets"]

_READERS = {".zip": read_shapefile, ".geojson": read_geojson, ".json": read_geojson}


def read_streets(path: Path) -> Iterator[Feature]:
    """Every road, surface and label of the file. Raises StreetsUnreadable for what is none of the known formats."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise unreadable(_("Give a zipped shapefile (.zip) or GeoJSON (.geojson)."))
    return reader(path)
