"""Files as programs write them, and files that are none."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from apps.core.errors import InvalidInput
from apps.imports.models import CameraImport, ImportRow
from apps.imports.reading import read_table
from apps.imports.selectors import cells_of
from tests.factories.imports import checked, csv_of, line, problems_of, received

pytestmark = pytest.mark.django_db

TEXT = "name;latitude;longitude\nCafé “Ñandú”;30,44;-84,28\n"


def table_of(content: bytes) -> tuple[list[str], list[tuple[int, list[str]]], list[str]]:
    table = read_table(io.BytesIO(content))
    return table.header, list(table.rows), table.notices


def refusal_of(content: bytes) -> str:
    with pytest.raises(InvalidInput) as refusal:
        table_of(content)
    assert "file" in refusal.value.fields
    return refusal.value.code


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        b"\xff\xfe" + TEXT.encode("utf-16-le"),
        b"\xfe\xff" + TEXT.encode("utf-16-be"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode("cp1252"),
        TEXT.replace(";", "\t").encode(),
        TEXT.replace(";", "|").encode(),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
        ("sep=;\n" + TEXT).encode(),
    ],
)  # fmt: skip
def test_encodings_separators_and_line_ends_are_found(content):
    header, rows, _notices = table_of(content)
    assert header == ["name", "latitude", "longitude"]
    assert [cells for _number, cells in rows] == [["Café “Ñandú”", "30,44", "-84,28"]]


def test_latin_1_is_read_and_said():
    content = "name,lat,lng\nCafé,30.44,-84.28\n".encode("latin-1")
    _header, rows, notices = table_of(content)
    assert rows[0][1][0] == "Café"
    assert "encoding_cp1252" in notices


def test_quotes_and_line_breaks_in_cells_keep_the_rows_of_the_spreadsheet():
    content = b'name,notes,latitude,longitude\n"Front, ""left""","one\ntwo",30.44,-84.28\n\nBack,,30.45,-84.28\n'
    _header, rows, _notices = table_of(content)
    assert rows[0] == (2, ['Front, "left"', "one\ntwo", "30.44", "-84.28"])
    assert rows[1][0] == 4


def test_a_file_without_a_header_is_read_and_said():
    header, rows, notices = table_of(b"Door,30.44,-84.28\nYard,30.45,-84.28\n")
    assert (header, len(rows), notices) == (["", "", ""], 2, ["no_header"])


def test_duplicate_headers_are_said():
    assert "duplicate_headers" in table_of(b"name,Name,latitude,longitude\na,b,30.44,-84.28\n")[2]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"name,latitude,longitude\n", "no_rows"),
        (b"just a sentence\nand another\n", "one_column"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "spreadsheet"),
        (b"%PDF-1.7 " + b"x" * 50, "binary"),
        (b"\x00\x01\x02\x00\x00\x00" * 50, "binary"),
        (b"a,b\n" + b"x" * 70_000 + b",1\n", "long_cell"),
        (b'a,b\n"' + b"never closed\n" * 20_000, "long_cell"),
        (b"a,b\n" + b"short," * 12_000 + b"1\n", "long_line"),
        (",".join("abc" for _ in range(101)).encode() + b"\n1\n", "many_columns"),
        (b'{"type": "FeatureCollection", "features": [{"type": "Fea', "not_json"),
        (b"[" * 100_000, "too_deep"),
        (b'{"type": "Topology"}', "not_features"),
        (b"[1, 2]", "not_features"),
        (b'{"type": "FeatureCollection", "features": []}', "no_rows"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content, code):
    assert refusal_of(content) == code


def test_a_spreadsheet_named_csv_and_an_archive_are_told_apart():
    sheet, archive = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(sheet, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", "<workbook/>")
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("cameras.csv", "name\n")
    assert refusal_of(sheet.getvalue()) == "spreadsheet"
    assert refusal_of(archive.getvalue()) == "archive"


def test_more_rows_than_the_limit_are_refused_and_nothing_is_kept(settings):
    settings.IMPORT_MAX_ROWS = 1000
    content = b"name,latitude,longitude\n" + b"a,30.44,-84.28\n" * 1_000_000

    with pytest.raises(InvalidInput) as refusal:
        received(content)
    assert refusal.value.code == "too_many_rows"
    assert CameraImport.objects.count() == ImportRow.objects.count() == 0


@pytest.mark.parametrize("end", [b'Yard,"30.45', b"Yard,30.4", b"Yard"])
def test_a_file_cut_in_the_middle_says_so_in_its_last_row(end):
    camera_import = checked(received(b"name,latitude,longitude\nDoor,30.44,-84.28\n" + end))
    assert ("", "cut") in problems_of(camera_import)[3]
    assert ("", "cut") not in problems_of(camera_import)[2]


def test_geojson_points_become_rows_and_heights_are_left_out():
    feature = {
        "type": "Feature",
        "id": 7,
        "geometry": {"type": "Point", "coordinates": [-84.28, 30.44, 61.5]},
        "properties": {"name": "Door", "bearing": "NE", "records_sound": False},
    }
    camera_import = received(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    row = camera_import.rows.get()
    assert cells_of(row) == ["7", "30.44", "-84.28", "", "Door", "NE", "no"]
    assert checked(camera_import).rows.get().state == "ready"


@pytest.mark.parametrize(
    ("geometry", "code"),
    [
        ('{"type": "Polygon", "coordinates": [[[-84, 30], [-84, 31], [-83, 30], [-84, 30]]]}', "not_a_point"),
        ('{"type": "Point", "coordinates": [NaN, 30]}', "not_a_number"),
        ('{"type": "Point", "coordinates": [-84.28, 1e400]}', "not_a_number"),
        ('{"type": "Point", "coordinates": ["west", 30]}', "not_a_number"),
        ('{"type": "Point", "coordinates": []}', "not_a_point"),
        ('{"type": "Point", "coordinates": [[-84.28], 30]}', "not_a_number"),
        ('{"type": "Point"}', "not_a_point"),
        ("7", "not_a_point"),
        ("null", "no_place"),
    ],
)
def test_a_geojson_shape_that_is_no_place_is_a_problem_of_its_row(geometry, code):
    good = '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [-84.28, 30.44]}, "properties": null}'
    bad = f'{{"type": "Feature", "geometry": {geometry}, "properties": {{"name": "Odd"}}}}'
    content = f'{{"type": "FeatureCollection", "features": [{good}, {bad}, 3]}}'
    found = problems_of(checked(received(content.encode())))
    assert code in [code for _field, code in found[2]]
    assert not {"not_a_point", "no_place"} & {code for _field, code in found[1]}
    assert "no_place" in [code for _field, code in found[3]]


def test_duplicate_ids_in_geojson_are_said():
    point = {"type": "Point", "coordinates": [-84.28, 30.44]}
    feature = {"type": "Feature", "id": "a-1", "geometry": point}
    content = json.dumps({"type": "FeatureCollection", "features": [feature, feature]})
    assert ("", "twice_id") in problems_of(checked(received(content.encode())))[2]


def test_cells_lie_encrypted_and_the_file_nowhere(django_capture_on_commit_callbacks):
    from django.db import connection

    received(csv_of(line(1, name="Kestrelcanary")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cells FROM imports_importrow")
        assert "Kestrelcanary" not in cursor.fetchone()[0]
