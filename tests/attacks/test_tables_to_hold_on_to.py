"""Tables to hold on to: a cell of 4 MB is refused where it begins, by row and column; no more is read."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from apps.core.errors import InvalidInput
from apps.imports.reading import read_table
from apps.imports.reading.decoding import PIECE

HUGE = 4_000_000
HEADER = b"name,notes,latitude,longitude\n"
GOOD = b"Door,,30.44,-84.28\n"


class Counted(io.BytesIO):
    """A file that counts what is read of it, after the one pass that finds its encoding."""

    taken = 0

    def read1(self, size: int | None = -1, /) -> bytes:
        piece = super().read1(size)
        self.taken += len(piece)
        return piece


def refusal(content: bytes) -> tuple[InvalidInput, int]:
    file = Counted(content)
    with pytest.raises(InvalidInput) as refused:
        list(read_table(file).rows)
    return refused.value, file.taken


@pytest.mark.parametrize(
    "cell",
    [b"x" * HUGE, b'"' + b"x" * HUGE + b'"', b'"' + b"x" * HUGE, b'"' + b"a line\n" * (HUGE // 7) + b'"'],
    ids=["bare", "quoted", "never closed", "lines in one cell"],
)
def test_a_cell_of_four_megabytes_is_refused_with_row_and_column_and_the_rest_is_not_read(cell):
    error, taken = refusal(HEADER + GOOD + b"Yard," + cell + b",30.45,-84.29\n" + GOOD * 1000)
    assert error.code == "long_cell"
    assert "Row 3, column 2 (notes)" in str(error.message)
    assert 0 < taken < 8 * PIECE


def test_a_header_of_four_megabytes_too():
    error, taken = refusal(b"name," + b"x" * HUGE + b"\n" + GOOD)
    assert error.code == "long_cell"
    assert "Row 1, column 2" in str(error.message)
    assert 0 < taken < 8 * PIECE


def test_a_spreadsheet_with_such_a_cell_is_refused_by_its_first_bytes():
    sheet = io.BytesIO()
    with zipfile.ZipFile(sheet, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/worksheets/sheet1.xml", f"<c><v>{'x' * HUGE}</v></c>")
    error, taken = refusal(sheet.getvalue())
    assert (error.code, taken) == ("spreadsheet", 0)


def test_a_property_of_four_megabytes_is_refused_with_row_and_name():
    feature = {"type": "Feature", "properties": {"notes": "x" * HUGE}, "geometry": None}
    error, _taken = refusal(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    assert error.code == "long_cell"
    assert "Row 1, column 5 (notes)" in str(error.message)
