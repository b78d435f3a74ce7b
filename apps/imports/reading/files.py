"""Which kind of file came in, told by its content: names and declared types are wrong too often."""

from __future__ import annotations

from typing import BinaryIO

from apps.imports.reading.decoding import encoding_of, text_of
from apps.imports.reading.geojson import read_geojson
from apps.imports.reading.sheets import read_csv
from apps.imports.reading.table import Table


def read_table(raw: BinaryIO) -> Table:
    """Read a CSV or GeoJSON file, told apart by its first sign. Raises InvalidInput, also while rows are read."""
    encoding = encoding_of(raw)
    start = text_of(raw, encoding)
    first = start.read(200).lstrip()[:1]
    start.detach()
    if first in ("{", "["):
        return read_geojson(text_of(raw, encoding))
    table = read_csv(text_of(raw, encoding))
    table.notices += [f"encoding_{encoding}"] if encoding == "cp1252" else []
    return table
