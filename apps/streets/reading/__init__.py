"""Files of streets, by their format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils.translation import gettext as _

from apps.streets.reading.geojson import read_geojson
from apps.streets.reading.pmtiles import attribution_of, read_pmtiles
from apps.streets.reading.shapefiles import read_shapefile
from apps.streets.ways import Feature, unreadable

__all__ = ["owed_to", "read_streets"]

_ARCHIVE = ".pmtiles"
_READERS = {".zip": read_shapefile, ".geojson": read_geojson, ".json": read_geojson}


def read_streets(path: Path, near: Sequence[float] = ()) -> Iterator[Feature]:
    """Every road, surface and label of the file. Raises StreetsUnreadable for what is none of the known formats.

    An archive of tiles may hold a continent: of it only what lies in `near` is read (west, south, east, north).
    """
    if path.suffix.lower() == _ARCHIVE:
        return read_pmtiles(path, near)
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise unreadable(_("Give a zipped shapefile (.zip), GeoJSON (.geojson) or an archive of tiles (.pmtiles)."))
    return reader(path)


def owed_to(path: Path) -> str:
    """Whom the maps have to name for this file's data, where the file says so."""
    return attribution_of(path) if path.suffix.lower() == _ARCHIVE else ""
