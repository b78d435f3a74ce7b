"""Which format a file has, and all of its features. CSV and GeoJSON are read as imports read them."""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput
from apps.imports.reading import read_table
from apps.imports.reading.geojson import GEOMETRY
from apps.layers.reading.projection import check_projection
from apps.layers.reading.rows import Columns, Found, RowProblem, feature_of
from apps.streets.reading.shapefiles import rows_of

MOST_UNPACKED = 64_000_000


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
    reading, keys = Reading(), set()
    for number, (columns, cells, geometry) in enumerate(rows, start=1):
        if number > settings.LAYER_MAX_FEATURES:
            raise refused(
                _("This file has more than %(most)d rows. Cut it to your city, or make several layers of it.")
                % {"most": settings.LAYER_MAX_FEATURES},
                "too_many",
            )
        try:
            found = feature_of(columns, cells, geometry=geometry)
        except RowProblem as problem:
            reading.left_out[problem.code] += 1
            reading.unclear.add(problem.key)
            continue
        if found.key in keys:
            reading.left_out["twice"] += 1
            continue
        keys.add(found.key)
        reading.found.append(found)
    reading.unclear.discard("")
    if not reading.found:
        raise _nothing(reading)
    return reading


def _table(content: bytes) -> Iterator[tuple[Columns, list[str], str]]:
    check_projection(content)
    table = read_table(io.BytesIO(content))
    columns = Columns(table.header)
    if not columns.has_place:
        raise refused(_("We found no columns of latitude and longitude. Name them so in the first row."), "no_columns")
    shape = table.header.index(GEOMETRY) if GEOMETRY in table.header else None
    for _number, cells in table.rows:
        yield columns, cells, cells[shape] if shape is not None and shape < len(cells) else ""


def _shapefile(content: bytes) -> Iterator[tuple[Columns, list[str], str]]:
    with tempfile.NamedTemporaryFile(prefix="layer-", suffix=".zip") as file:
        file.write(content)
        file.flush()
        columns: Columns | None = None
        for shape, points, record in rows_of(Path(file.name), most_bytes=MOST_UNPACKED):
            # Longitude and latitude of the shape, whatever columns of coordinates the table has besides.
            kept = {name: value for name, value in record.items() if name.casefold() not in ("x", "y", "lat", "lon")}
            columns = columns or Columns(["longitude", "latitude", *kept])
            place = [str(one) for one in points[0][:2]] if points else ["", ""]
            cells = [*place, *("" if value is None else str(value) for value in kept.values())]
            yield columns, cells, "" if shape == "point" else shape


def _nothing(reading: Reading) -> InvalidInput:
    if not reading.left_out:
        return refused(_("This file has no row."), "no_rows")
    if reading.left_out["no_point"] == reading.skipped:
        return refused(_("This file holds lines or areas. A layer takes points."), "no_point")
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
