"""What a file of cameras holds: a header and rows, each with the number that a spreadsheet shows for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_COLUMNS = 100
MOST_IN_CELL = 32_767  # what a cell of a spreadsheet holds


@dataclass(slots=True)
class Table:
    """`rows` is read once; `notices` (codes) are complete after that."""

    file_format: str
    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    notices: list[str] = field(default_factory=list)


def column_words(place: int, header: list[str]) -> str:
    """A column as its reader finds it: its number, counted from 1, and its name, if it has one."""
    name = header[place].strip()[:40] if place < len(header) else ""
    return f"{place + 1} ({name})" if name else str(place + 1)
