"""Vector tiles of a set of streets: roads by class with names, water, parks, labels."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile  # type: ignore[import-untyped]
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from apps.geo.mercator import cells_over, unit_points, unit_shape
from apps.streets.models import Way
from apps.streets.ways import Feature, Ground, Label, Road

FIRST_ZOOM, LAST_ZOOM = 8, 14  # browsers enlarge the last one
EXTENT = 4096
_MARGIN = 64 / EXTENT  # so that lines and names do not end at the border of a tile
_SEEN_FROM = {Way.FREEWAY: 8, Way.MAIN: 8, Way.CONNECTOR: 11, Way.LOCAL: 13, Way.OTHER: 14}
_GROUND_FROM, _LABELS_FROM = 10, 10
_OPTIONS = {"y_coord_down": True, "extents": EXTENT}


@dataclass(frozen=True, slots=True)
class TileData:
    """One tile as it is served."""

    zoom: int
    x: int
    y: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A shape of the unit square, its layer, what the map knows of it, and from which zoom on it is seen."""

    layer: str
    shape: BaseGeometry
    properties: tuple[tuple[str, Any], ...]
    seen_from: int


def tiles_of(features: Iterable[Feature]) -> Iterator[TileData]:
    """All tiles that hold something, zoom by zoom."""
    drawn = [one for feature in features if (one := _drawn(feature)) is not None]
    for zoom in range(FIRST_ZOOM, LAST_ZOOM + 1):
        held: defaultdict[tuple[int, int], list[_Drawn]] = defaultdict(list)
        for one in drawn:
            if one.seen_from <= zoom:
                columns, rows = cells_over(one.shape.bounds, zoom)
                for x in columns:
                    for y in rows:
                        held[x, y].append(one)
        for (x, y), here in sorted(held.items()):
            if layers := _layers(zoom, x, y, here):
                packed = mapbox_vector_tile.encode(layers, default_options=_OPTIONS)
                yield TileData(zoom, x, y, gzip.compress(packed, mtime=0))


def _drawn(feature: Feature) -> _Drawn | None:
    if isinstance(feature, Road):
        way = feature.way or Way.LOCAL
        line = shapely.LineString(unit_points(np.array(feature.line)))
        return _Drawn("roads", line, (("name", feature.name), ("way", int(way))), _SEEN_FROM[way])
    if isinstance(feature, Ground):
        surface = shapely.make_valid(shapely.Polygon(feature.rings[0], feature.rings[1:]))
        return _Drawn("ground", unit_shape(surface), (("kind", feature.kind), ("name", feature.name)), _GROUND_FROM)
    if isinstance(feature, Label):
        return _Drawn("labels", unit_shape(shapely.Point(feature.point)), (("name", feature.name),), _LABELS_FROM)
    return None


def _layers(zoom: int, x: int, y: int, here: list[_Drawn]) -> list[dict[str, Any]]:
    """The tile's layers, in its own coordinates; what is the same thing in several parts is joined."""
    alike: defaultdict[tuple[str, tuple[tuple[str, Any], ...]], list[BaseGeometry]] = defaultdict(list)
    side = 2.0**-zoom
    box = ((x - _MARGIN) * side, (y - _MARGIN) * side, (x + 1 + _MARGIN) * side, (y + 1 + _MARGIN) * side)
    for one in here:
        part = shapely.clip_by_rect(one.shape, *box)
        if not part.is_empty:
            alike[one.layer, one.properties].append(part)
    layers: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for (layer, properties), parts in alike.items():
        whole = shapely.unary_union(parts) if layer == "ground" else shapely.GeometryCollection(parts)
        if layer == "roads":
            whole = shapely.line_merge(shapely.MultiLineString(shapely.get_parts(whole).tolist()))
        for shape in shapely.get_parts(shapely.simplify(_in_tile(whole, zoom, x, y), 0 if zoom == LAST_ZOOM else 3)):
            if not shape.is_empty:
                layers[layer].append(
                    {"geometry": shape, "properties": {name: value for name, value in properties if value}}
                )
    return [{"name": name, "features": features} for name, features in sorted(layers.items())]


def _in_tile(shape: BaseGeometry, zoom: int, x: int, y: int) -> BaseGeometry:
    turned: BaseGeometry = shapely.transform(shape, lambda points: (points * 2.0**zoom - (x, y)) * EXTENT)
    return turned
