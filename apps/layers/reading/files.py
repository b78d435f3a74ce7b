"""Which format a file has, and all of its features. CSV and GeoJSON are read as imports read them."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput
from apps.imports.models import FileFormat
from apps.imports.reading import read_table
from apps.imports.reading.geojson import GEOMETRY
from apps.layers.reading.problems import PROBLEMS, RowProblem
from apps.layers.reading.projection import check_projection
from apps.layers.reading.rows import Columns, Found, feature_of
from apps.layers.reading.shapes import Shape, corners_of, shape_of_geojson, shape_of_parts, shapes_of_geojson
from apps.streets.reading.shapefiles import rows_of

MOST_UNPACKED = 64_000_000
# Said in its own words where it is all that is wrong with a file.
_OF_SHAPES = ("bad_shape", "many_corners", "no_size", "too_large", "antimeridian")


@dataclass(slots=True)
class Reading:
    """What a file holds. `unclear` are keys of rows that cannot be read: what the map has of them stays."""

    found: list[Found] = field(default_factory=list)
    unclear: set[str] = field(default_factory=set)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def skipped(self) -> int:
        return sum(self.left_out.values())


def read_features(content: bytes) -> Reading:
    """The features of a CSV or GeoJSON file or a zipped shapefile. Raises InvalidInput with what to do."""
    rows = _shapefile(content) if content.startswith(b"PK\x03\x04") else _table(content)
    reading, keys, corners = Reading(), set(), 0
    for number, (columns, cells, shaped) in enumerate(rows, start=1):
        if number > settings.LAYER_MAX_FEATURES:
            raise refused(
                _("This file has more than %(most)d rows. Cut it to your city, or make several layers of it.")
                % {"most": settings.LAYER_MAX_FEATURES},
                "too_many",
            )
        try:
            found = feature_of(columns, cells, shaped=shaped)
        except RowProblem as problem:
            reading.left_out[problem.code] += 1
            reading.unclear.add(problem.key)
            continue
        if found.key in keys:
            reading.left_out["twice"] += 1
            continue
        keys.add(found.key)
        corners += corners_of(found.shape)
        if corners > settings.LAYER_MAX_CORNERS_OF_ALL:
            raise refused(
                _("The lines and areas of this file have more than %(most)d corners. Simplify them first.")
                % {"most": settings.LAYER_MAX_CORNERS_OF_ALL},
                "many_corners",
            )
        reading.found.append(found)
    reading.unclear.discard("")
    if not reading.found:
        raise _nothing(reading)
    return reading


Row = tuple[Columns, list[str], Callable[[str], Shape] | None]
"""Which column says what, the cells, and what makes the shape of a row that is no point."""


def _table(content: bytes) -> Iterator[Row]:
    check_projection(content)
    table = read_table(io.BytesIO(content))
    columns = Columns(table.header)
    if not columns.has_place:
        raise refused(_("We found no columns of latitude and longitude. Name them so in the first row."), "no_columns")
    kind = table.header.index(GEOMETRY) if GEOMETRY in table.header else None
    shapes: list[Any] | None = None
    for number, cells in table.rows:
        if kind is None or kind >= len(cells) or not cells[kind]:
            yield columns, cells, None
            continue
        if shapes is None:
            shapes = shapes_of_geojson(content) if table.file_format == FileFormat.GEOJSON else []
        geometry = shapes[number - 1] if number <= len(shapes) else None
        yield columns, cells, partial(shape_of_geojson, geometry)


def _shapefile(content: bytes) -> Iterator[Row]:
    with tempfile.NamedTemporaryFile(prefix="layer-", suffix=".zip") as file:
        file.write(content)
        file.flush()
        columns: Columns | None = None
        for kind, parts, record in rows_of(Path(file.name), most_bytes=MOST_UNPACKED):
            # Longitude and latitude of the shape, whatever columns of coordinates the table has besides.
            kept = {name: value for name, value in record.items() if name.casefold() not in ("x", "y", "lat", "lon")}
            columns = columns or Columns(["longitude", "latitude", *kept])
            place = [str(one) for one in parts[0][:2]] if kind == "point" and parts else ["", ""]
            cells = [*place, *("" if value is None else str(value) for value in kept.values())]
            yield columns, cells, None if kind == "point" else partial(shape_of_parts, kind, parts)


def _nothing(reading: Reading) -> InvalidInput:
    if not reading.left_out:
        return refused(_("This file has no row."), "no_rows")
    if reading.left_out["no_point"] == reading.skipped:
        return refused(_("This file holds neither points nor lines nor areas."), "no_point")
    if len(reading.left_out) == 1 and (only := next(iter(reading.left_out))) in _OF_SHAPES:
        return refused(_("No row of this file can be used. Each says: %(why)s") % {"why": PROBLEMS[only]}, only)
    return refused(
        _(
            "No row of this file has a place in or near the city. Export it in longitude and latitude (WGS 84), and"
            " check that the two are not exchanged."
        ),
        "no_place",
    )


def refused(sentence: str, code: str) -> InvalidInput:
    """The refusal of a file, beside its field."""
    return InvalidInput(sentence, fields={"file": sentence}, code=code)
