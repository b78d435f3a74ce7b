"""CSV as spreadsheets and recorders write it: any of four separators, quotes, line breaks in cells, no header.

Python's own reader parses; lines are bounded before it sees them, so memory is too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, islice

from apps.imports.columns import known_header, normalized
from apps.imports.models import FileFormat
from apps.imports.reading.refusals import refused
from apps.imports.reading.table import MOST_COLUMNS, MOST_IN_CELL, Table, column_words
from apps.imports.values import unguarded

MOST_IN_LINE = 65_536
_SAMPLE = 20
_SEPARATORS = (",", ";", "\t", "|")
_NUMBER = re.compile(r"-?\d+([.,]\d+)?")


def read_csv(text: io.TextIOBase) -> Table:
    """The table of a CSV file. Raises InvalidInput, also while its rows are read."""
    lines = _Lines(text)
    sample = list(islice(lines, _SAMPLE))
    if not any(line.strip() for line in sample):
        raise refused("empty")
    table = Table(FileFormat.CSV, [], iter(()))
    skipped = 0
    if stated := re.fullmatch(r"\ufeff?sep=(.)\s*", sample[0]):
        separator, sample, skipped = stated[1], sample[1:], 1
    else:
        separator = _separator(sample)
    rows = _numbered(chain(sample, lines), separator, skipped, table)
    first = next(rows, None)
    if first is None:
        raise refused("no_rows")
    number, cells = first
    if len(cells) > MOST_COLUMNS:
        raise refused("many_columns")
    if len(cells) < 2:
        raise refused("one_column")
    if _is_header(cells):
        table.header = [cell.strip() for cell in cells]
        names = [normalized(name) for name in table.header if name]
        table.notices += ["duplicate_headers"] if len(set(names)) < len(names) else []
    else:
        table.header = [""] * len(cells)
        table.notices.append("no_header")
        rows = chain([(number, cells)], rows)
    table.rows = _with_end(rows, table, lines)
    return table


class _Lines:
    """Lines of bounded length; remembers how the file ended."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self.quotes = 0
        self.last = ""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_IN_LINE + 1)
        if not line:
            raise StopIteration
        if len(line) > MOST_IN_LINE:
            # What is here tells which cell it is; nothing behind it is read.
            self._text = io.StringIO()
        self.quotes += line.count('"')
        self.last = line
        return line.replace("\x00", "")

    @property
    def ended_open(self) -> bool:
        """Whether the file ends inside a quoted cell."""
        return self.quotes % 2 == 1

    @property
    def ended_in_a_line(self) -> bool:
        return not self.last.endswith(("\n", "\r"))


def _numbered(lines: Iterator[str], separator: str, skipped: int, table: Table) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with its number. Raises InvalidInput at the first cell or line too long."""
    record: list[str] = []
    number = skipped

    def kept() -> Iterator[str]:
        for line in lines:
            record.append(line)
            yield line

    reader = csv.reader(kept(), delimiter=separator)
    while True:
        record.clear()
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            # The cell that never ends is the last one of the line on which it began.
            begun = next(csv.reader(record[:1], delimiter=separator), [])
            column = column_words(max(len(begun) - 1, 0), table.header)
            raise refused("long_cell", row=number, column=column) from error
        for place, cell in enumerate(cells):
            if len(cell) > MOST_IN_CELL:
                raise refused("long_cell", row=number, column=column_words(place, table.header))
        if any(len(line) > MOST_IN_LINE for line in record):
            raise refused("long_line")
        if any(cell.strip() for cell in cells):
            yield number, cells


def _with_end(rows: Iterator[tuple[int, list[str]]], table: Table, lines: _Lines) -> Iterator[tuple[int, list[str]]]:
    """The rows, with a notice if the last one is not whole."""
    width, last = len(table.header), None
    for last in rows:
        if len(last[1]) > MOST_COLUMNS * 2:
            raise refused("many_columns")
        # The sign that our own export sets before what a spreadsheet would run goes again.
        yield last[0], [unguarded(cell) for cell in last[1]]
    if last is None:
        raise refused("no_rows")
    if lines.ended_open or (len(last[1]) < width and lines.ended_in_a_line):
        table.notices.append(f"cut:{last[0]}")


def _separator(sample: list[str]) -> str:
    """The separator that gives the most even table."""

    def evenness(separator: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=separator) if row]
        except csv.Error:
            return 0.0, 0
        if not widths or widths[0] < 2:
            return 0.0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    return max(_SEPARATORS, key=evenness)


def _is_header(cells: list[str]) -> bool:
    """A name that we know settles it; else a row with numbers or addresses in it is data."""
    if any(known_header(cell) for cell in cells):
        return True
    return not any(_NUMBER.fullmatch(cell.strip()) or "@" in cell for cell in cells)
