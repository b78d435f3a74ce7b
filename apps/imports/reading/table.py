"""What a file of cameras holds: a header and rows, each with the number that a spreadsheet shows for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from apps.imports.models import FileFormat

MOST_COLUMNS = 100


@dataclass(slots=True)
class Table:
    """`rows` is read once; `notices` (codes) are complete after that."""

    file_format: str
    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    notices: list[str] = field(default_factory=list)


def read_table(raw: BinaryIO) -> Table:
    """Read a CSV or GeoJSON file, told apart by its first sign. Raises InvalidInput, also while rows are read."""
    from apps.imports.reading.decoding import encoding_of, text_of
    from apps.imports.reading.geojson import read_geojson
    from apps.imports.reading.sheets import read_csv

    encoding = encoding_of(raw)
    start = text_of(raw, encoding)
    first = start.read(200).lstrip()[:1]
    start.detach()
    if first in ("{", "["):
        return read_geojson(text_of(raw, encoding))
    table = read_csv(text_of(raw, encoding))
    table.notices += [f"encoding_{encoding}"] if encoding == "cp1252" else []
    return table


__all__ = ["FileFormat", "Table", "read_table"]
