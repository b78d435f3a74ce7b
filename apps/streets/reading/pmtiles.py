"""Streets from a ready PMTiles archive: Protomaps' basemap (version 4), or tiles with our own layers.

The tiles are read at their deepest zoom, around the city, and become lines, surfaces and labels as from any other file:
our own tiles are cut from these, so the maps know one set of layers. Such an archive has no house numbers.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mapbox_vector_tile  # type: ignore[import-untyped]
import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext as _
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from shapely.geometry import shape as shape_of
from shapely.geometry.base import BaseGeometry

from apps.geo.mercator import cells_over, degree_points, unit_points
from apps.streets.models import Way
from apps.streets.reading.archive import damaged, opened
from apps.streets.reading.fields import way_of
from apps.streets.ways import Feature, Ground, Label, Road, checked_line, checked_name, unreadable

TILES_MOST = 20_000
_ZOOM_LEAST, _ZOOM_MOST = 13, 16
_OPTIONS = {"y_coord_down": True, "geojson": True}
# Of Protomaps' `kind`, where `kind_detail` says nothing that we know; other kinds (rail, ferry, runway) are no roads.
_KINDS = {"highway": Way.FREEWAY, "major_road": Way.MAIN, "minor_road": Way.LOCAL, "path": Way.OTHER}
_PARKS = ("park", "national_park", "nature_reserve", "forest", "wood", "cemetery", "golf_course", "recreation_ground")
_TAG = re.compile(r"<[^<>]*>")

open_archive = contextmanager(opened)


def read_pmtiles(path: Path, near: Sequence[float]) -> Iterator[Feature]:
    """The features within `near` (west, south, east, north in degrees). Raises StreetsUnreadable, with what to do."""
    with open_archive(path) as archive:
        zoom = min(archive.header["max_zoom"], _ZOOM_MOST)
        if zoom < _ZOOM_LEAST:
            raise unreadable(_("This archive is too coarse: it ends before single streets are seen (zoom 13)."))
        layers: set[str] = set()
        roads = False
        for x, y in _tiles_around(near, zoom):
            for layer, content in _decoded(archive.tile(zoom, x, y)).items():
                layers.add(layer)
                for feature in _features(layer, content, zoom, x, y):
                    roads = roads or isinstance(feature, Road)
                    yield feature
        if layers and not roads:
            sentence = _("No layer of this archive is known as roads (it has: %(layers)s). Use Protomaps' basemap.")
            raise unreadable(sentence % {"layers": ", ".join(sorted(map(checked_name, layers)))[:200]})


def attribution_of(path: Path) -> str:
    """To whom the archive owes its data, in plain text; empty where it does not say."""
    with open_archive(path) as archive:
        said = archive.metadata.get("attribution")
    return checked_name(html.unescape(_TAG.sub("", said))) if isinstance(said, str) else ""


def _tiles_around(near: Sequence[float], zoom: int) -> Iterator[tuple[int, int]]:
    west, south, east, north = near or (-180, -85, 180, 85)
    (left, top), (right, bottom) = unit_points(np.array([(west, north), (east, south)], dtype=np.float64)).tolist()
    last = math.nextafter(1, 0)
    columns, rows = cells_over((max(left, 0), max(top, 0), min(right, last), min(bottom, last)), zoom)
    if len(columns) * len(rows) > TILES_MOST:
        raise unreadable(_("The area of the program (PORTAL_BOUNDS) is too large to read from an archive of tiles."))
    return ((x, y) for x in columns for y in rows)


def _decoded(tile: bytes) -> dict[str, Any]:
    if not tile:
        return {}
    try:
        found: dict[str, Any] = mapbox_vector_tile.decode(tile, default_options=_OPTIONS)
    except (DecodeError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise damaged() from None
    return found


def _features(layer: str, content: Any, zoom: int, x: int, y: int) -> Iterator[Feature]:
    extent = content["extent"]
    if not isinstance(extent, int) or not 1 <= extent <= 1 << 16:
        raise damaged()
    if layer not in ("roads", "water", "landuse", "ground", "places", "labels"):
        return

    def on_the_globe(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return degree_points((points / extent + (x, y)) / 2.0**zoom)

    for one in content["features"]:
        try:
            # What stands beyond the border is the neighbor's, who has it too.
            part = shapely.clip_by_rect(shape_of(one["geometry"]), 0, 0, extent, extent)
        except (shapely.errors.ShapelyError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            continue
        if not part.is_empty:
            yield from _said(layer, one["properties"], shapely.transform(part, on_the_globe))


def _said(layer: str, properties: dict[str, Any], shape: BaseGeometry) -> Iterator[Feature]:
    name = checked_name(properties.get("name"))
    kind = str(properties.get("kind") or "")
    for part in shapely.get_parts(shape):
        if layer == "roads" and part.geom_type == "LineString":
            way = _way(properties, kind)
            line = checked_line(list(part.coords)) if way else None
            if line:
                yield Road(name=name, line=line, way=way)
        elif part.geom_type == "Polygon":
            if surface := _surface(layer, kind):
                rings = [checked_line(list(ring.coords)) for ring in (part.exterior, *part.interiors)]
                if rings[0] and len(rings[0]) > 3:
                    yield Ground(surface, name, tuple(ring for ring in rings if ring and len(ring) > 3))
        elif part.geom_type == "Point" and layer in ("places", "labels") and name:
            yield Label(name, (part.x, part.y))


def _way(properties: dict[str, Any], kind: str) -> Way | None:
    own = properties.get("way")
    if isinstance(own, int) and own in Way.values:
        return Way(own)
    said = str(properties.get("kind_detail") or properties.get("class") or "").casefold()
    if kind and kind not in _KINDS:
        return None
    return way_of(said.removesuffix("_link")) or _KINDS.get(kind)


def _surface(layer: str, kind: str) -> str:
    if layer == "water" or (layer == "ground" and kind == "water"):
        return "water"
    return "park" if (layer == "landuse" and kind in _PARKS) or (layer == "ground" and kind == "park") else ""
