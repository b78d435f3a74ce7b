"""PMTiles archives for tests, written by the format's own library."""

from __future__ import annotations

import gzip
from collections import defaultdict
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from apps.geo.mercator import cells_over, unit_points

OWED = '<a href="https://protomaps.com">Protomaps</a> © <a href="https://openstreetmap.org">OpenStreetMap</a>'
Shown = tuple[str, Any, dict[str, Any]]
"""A layer, a shape in degrees, and what the tile says of it."""


def basemap() -> list[Shown]:
    """The town of tests/factories/streets.py as Protomaps' basemap draws it, over several tiles."""

    def road(name: str, line: list[tuple[float, float]], kind: str, detail: str) -> Shown:
        return "roads", shapely.LineString(line), {"name": name, "kind": kind, "kind_detail": detail}

    return [
        road("North Monroe Street", [(-84.28, 30.44), (-84.28, 30.46)], "major_road", "primary"),
        road("East Tennessee Street", [(-84.28, 30.44), (-84.26, 30.44)], "major_road", "secondary"),
        road("4th Avenue", [(-84.29, 30.45), (-84.27, 30.45)], "minor_road", "residential"),
        road("Interstate 10", [(-84.30, 30.47), (-84.25, 30.47)], "highway", "motorway_link"),
        road("CSX", [(-84.29, 30.435), (-84.27, 30.435)], "rail", "rail"),
        ("water", shapely.box(-84.275, 30.441, -84.272, 30.444), {"kind": "lake", "name": "Lake Ella"}),
        ("landuse", shapely.box(-84.279, 30.446, -84.276, 30.449), {"kind": "park", "name": "A Park"}),
        ("landuse", shapely.box(-84.27, 30.446, -84.268, 30.449), {"kind": "industrial"}),
        ("places", shapely.Point(-84.2801, 30.4401), {"kind": "locality", "name": "Midtown"}),
        ("buildings", shapely.box(-84.27, 30.45, -84.2699, 30.4501), {"kind": "building"}),
    ]


def archive(
    path: Path,
    shown: list[Shown],
    *,
    zoom: int = 15,
    compression: Compression = Compression.GZIP,
    kind: TileType = TileType.MVT,
    said: dict[str, Any] | None = None,
) -> Path:
    """These shapes as an archive of one zoom; each tile has what stands a little beyond its border too, as tiles do."""
    held: defaultdict[tuple[int, int], defaultdict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    margin = 2.0**-zoom / 50
    for layer, shape, properties in shown:
        unit = shapely.transform(shape, unit_points)
        west, north, east, south = unit.bounds
        columns, rows = cells_over((west - margin, north - margin, east + margin, south + margin), zoom)
        for x in columns:
            for y in rows:
                side = 2.0**-zoom
                part = shapely.clip_by_rect(
                    unit, x * side - margin, y * side - margin, (x + 1) * side + margin, (y + 1) * side + margin
                )
                if not part.is_empty:
                    in_tile = shapely.transform(part, lambda at, x=x, y=y: (at * 2.0**zoom - np.array((x, y))) * 4096)
                    held[x, y][layer].append({"geometry": in_tile, "properties": properties})
    with path.open("wb") as file:
        writer = Writer(file)
        for (x, y), layers in sorted(held.items(), key=lambda one: zxy_to_tileid(zoom, *one[0])):
            content = mapbox_vector_tile.encode(
                [{"name": name, "features": features} for name, features in layers.items()],
                default_options={"y_coord_down": True, "extents": 4096},
            )
            writer.write_tile(
                zxy_to_tileid(zoom, x, y), gzip.compress(content) if compression == Compression.GZIP else content
            )
        writer.finalize(
            {"tile_type": kind, "tile_compression": compression, "min_zoom": zoom, "max_zoom": zoom},
            {"attribution": OWED} if said is None else said,
        )
    return path
