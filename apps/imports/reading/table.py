"""What a file of cameras holds: a header and rows, each with the number that a spreadsheet shows for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_COLUMNS = 100


@dataclass(slots=True)
class Table:
    """`rows` is read once; `notices` (codes) are complete after that."""

    file_format: str
    header: list[str]
    rows: Iterator[tuple[int, list[str]]]
    notices: list[str] = field(default_factory=list)
