"""Files of places as programs write them, and files that are none."""

import io
import zipfile

import pytest

from apps.core.errors import InvalidInput
from apps.layers.reading import read_features
from tests.factories.layers import PLANE, csv_of, geojson_of, places, shapefile_of

pytestmark = pytest.mark.django_db


def refusal_of(content: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        read_features(content)
    assert str(refused.value.message)[0].isupper()
    return refused.value


@pytest.mark.parametrize("write", [csv_of, geojson_of, shapefile_of])
def test_each_format_gives_the_same_places(write) -> None:
    found = read_features(write(places(2))).found
    assert [(one.key, one.title, one.status, one.direction) for one in found] == [
        ("K1", "T-1 Corner 1", "active", 90.0),
        ("K2", "T-2 Corner 2", "active", 90.0),
    ]
    assert (found[0].latitude, found[0].longitude) == (30.4384, -84.2807)


@pytest.mark.parametrize(
    ("said", "status"), [("Online", "active"), ("OUT OF SERVICE", "inactive"), ("0", "inactive"), ("??", "unknown")]
)
def test_a_status_is_understood_or_not_known(said: str, status: str) -> None:
    assert read_features(csv_of(places(1, status=said))).found[0].status == status


@pytest.mark.parametrize(
    ("said", "direction", "width"), [("NW", 315.0, None), ("all around", None, 360.0), ("north-ish", None, None)]
)
def test_a_direction_is_a_compass_word_a_number_or_none(said: str, direction, width) -> None:
    [found] = read_features(csv_of(places(1, direction=said))).found
    assert (found.direction, found.field_of_view) == (direction, width)


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("2026-11-28T10:00:00Z", "2026-11-28T10:00:00+00:00"),
        ("1795860000000", "2026-11-28T10:00:00+00:00"),
        ("2026-11-28", "2026-11-28T00:00:00+00:00"),
        ("yesterday", ""),
        ("2026-99-99", ""),
    ],
)
def test_the_time_of_an_update_is_an_instant_or_none(said: str, instant: str) -> None:
    assert read_features(csv_of(places(1, updated=said))).found[0].updated_at == instant


def test_a_place_without_a_key_is_known_by_where_it_is() -> None:
    rows = [{"name": "Corner", "lat": 30.44, "lon": -84.28}]
    assert read_features(csv_of(rows)).found[0].key == "30.44000,-84.28000"


@pytest.mark.parametrize("column", ["plate", "License Plate", "plate_number", "LPN", "hits", "Matrícula"])
@pytest.mark.parametrize("write", [csv_of, geojson_of])
def test_a_file_with_plates_is_refused_whole(column: str, write) -> None:
    refused = refusal_of(write(places(2, **{column: "ABC123"})))
    assert refused.code == "plates"
    assert "ABC123" not in str(refused.message)


def test_a_shapefile_with_plates_is_refused_too() -> None:
    assert refusal_of(shapefile_of(places(1, plate="ABC123"))).code == "plates"


def test_columns_that_a_layer_does_not_know_are_not_kept() -> None:
    [found] = read_features(csv_of(places(1, owner_phone="850-555-0100"))).found
    assert "850-555-0100" not in str(found)


# -- bad input --------------------------------------------------------------------------------------------------------


def test_a_projection_is_named_and_refused_in_each_format() -> None:
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2238"}}
    assert "EPSG::2238" in str(refusal_of(geojson_of(places(2), crs=crs)).message)
    assert "StatePlane_Florida_North" in str(refusal_of(shapefile_of(places(2), prj=PLANE)).message)
    plane = [{"id": 1, "x": 2_040_000.5, "y": 528_000.1}]
    assert "WGS 84" in str(refusal_of(csv_of(plane)).message)


def test_latitude_and_longitude_exchanged_are_found_out() -> None:
    rows = [{"id": n, "latitude": -84.28, "longitude": 30.44} for n in range(3)]
    assert "exchanged" in str(refusal_of(csv_of(rows)).message)


def test_a_place_across_the_antimeridian_is_left_out_and_the_others_stay() -> None:
    far = [{**one, "longitude": 179.9999} for one in places(1)] + [{**places(2)[1], "longitude": -190}]
    reading = read_features(csv_of([*far, *places(5)[2:]]))
    assert len(reading.found) == 3
    assert reading.left_out == {"far": 1, "bad_place": 1}
    assert reading.unclear == {"K1", "K2"}


def test_a_million_points_are_refused(settings) -> None:
    settings.LAYER_MAX_FEATURES = 1000
    many = b"id,latitude,longitude\n" + b"".join(b"%d,30.4,-84.2\n" % n for n in range(1_000_000))
    assert refusal_of(many).code == "too_many"


def test_a_zip_bomb_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("places.shp", bytes(100_000_000))
        archive.writestr("places.dbf", b"")
        archive.writestr("places.prj", "GEOGCS")
    assert "larger than 64 MB" in str(refusal_of(packed.getvalue()).message)


def test_a_zip_that_lies_about_its_size_is_stopped() -> None:
    packed = bytearray(shapefile_of(places(3)))
    place = packed.rindex(b"PK\x01\x02")  # the directory says how large each part is
    first = packed.index(b"PK\x01\x02")
    packed[first + 24 : first + 28] = (10).to_bytes(4, "little")
    assert place > first
    assert refusal_of(bytes(packed)).code == "streets"


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8", "utf-16"])
def test_names_in_old_encodings_are_read(encoding: str) -> None:
    rows = places(1, name="Peñón y Muñoz")
    assert read_features(csv_of(rows, encoding)).found[0].name == "Peñón y Muñoz"
    if encoding in ("latin-1", "utf-8"):
        assert read_features(shapefile_of(rows, encoding=encoding)).found[0].name == "Peñón y Muñoz"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"id,latitude,longitude\n",
        b"{",
        b"[" * 100_000,
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "Topology"}',
        b"id,where\n1,here\n",
        b"PK\x03\x04 no archive",
        b"%PDF-1.7",
        b"\x89PNG\r\n",
        b"id,latitude,longitude\n1,NaN,NaN\n",
    ],
)
def test_what_is_no_file_of_places_is_refused_in_words(content: bytes) -> None:
    refusal_of(content)


def test_a_key_that_comes_twice_counts_once() -> None:
    reading = read_features(csv_of([*places(2), *places(2)]))
    assert (len(reading.found), reading.left_out) == (2, {"twice": 2})


def test_control_characters_and_markup_stay_text() -> None:
    [found] = read_features(geojson_of(places(1, name="<b>A\x00\x1bB</b>"))).found
    assert found.name == "<b>A B</b>"
