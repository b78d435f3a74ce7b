"""Files of streets: each known format gives the same town, each broken one a sentence, and nothing changes then."""

import gzip
import json
import math
import zipfile

import mapbox_vector_tile
import pytest
from django.core.management import CommandError, call_command

from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.streets.models import Segment, Street, StreetSet, Tile, Way
from apps.streets.search import find_places
from apps.streets.services import load_streets
from apps.streets.ways import MOST_POINTS, StreetsUnreadable
from tests.factories.streets import geojson, road, town, zipped_shapefile

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("load_streets")
NEAR = (-84.8, 30.2, -83.9, 30.7)
UTM = 'PROJCS["NAD_1983_HARN_StatePlane_Florida_North",GEOGCS["GCS_North_American_1983"]]'


def load(*files, name="the town"):
    return load_streets(files=list(files), name=name, actor=ACTOR, near=NEAR)


def roads_at(zoom):
    return [
        one
        for tile in Tile.objects.filter(zoom=zoom)
        for one in mapbox_vector_tile.decode(gzip.decompress(bytes(tile.data)))["roads"]["features"]
    ]


@pytest.fixture
def file(tmp_path):
    return geojson(tmp_path / "town.geojson", town())


def test_geojson_and_shapefile_give_the_same_streets(tmp_path, file):
    load(file)
    first = set(Street.objects.values_list("name", "words"))
    numbers = sorted(Segment.objects.values_list("lowest", "highest"), key=str)
    load(zipped_shapefile(tmp_path / "town.zip", town()))
    assert set(Street.objects.values_list("name", "words")) == first
    assert sorted(Segment.objects.values_list("lowest", "highest"), key=str) == numbers


def test_the_same_files_again_change_nothing(file):
    assert load(file) == load(file)
    assert Entry.objects.filter(action="streets.loaded").count() == 1


def test_a_new_set_replaces_the_one_before(tmp_path, file):
    load(file)
    load(geojson(tmp_path / "new.geojson", [road("Bronough Street", [[-84.28, 30.44], [-84.28, 30.45]])]))
    assert StreetSet.objects.get().is_current
    assert [street.name for street in Street.objects.all()] == ["Bronough Street"]
    assert not find_places("Monroe")
    assert find_places("Bronough")


def test_tiles_hold_the_roads_with_name_and_class(file):
    load(file)
    assert {one["properties"]["name"] for one in roads_at(14)} == {row["properties"]["name"] for row in town()}
    assert {one["properties"]["way"] for one in roads_at(14)} == {Way.MAIN, Way.LOCAL}
    assert {one["properties"]["name"] for one in roads_at(8)} == {"North Monroe Street"}, "far away main roads alone"


def test_a_line_of_a_tile_runs_where_the_street_runs(file):
    """The tile's coordinates, taken back to degrees by the formula of the tiling scheme, give the corner again."""
    load(file)
    found = []
    for tile in Tile.objects.filter(zoom=14):
        layer = mapbox_vector_tile.decode(gzip.decompress(bytes(tile.data)), default_options={"y_coord_down": True})[
            "roads"
        ]
        for one in layer["features"]:
            if one["properties"]["name"] == "North Monroe Street":
                lines = one["geometry"]["coordinates"]
                for x, y in lines if one["geometry"]["type"] == "LineString" else lines[0]:
                    at_x, at_y = (tile.x + x / 4096) / 2**14, (tile.y + y / 4096) / 2**14
                    found.append((at_x * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * at_y))))))
    assert all(abs(longitude + 84.28) < 1e-5 for longitude, _latitude in found)
    assert min(latitude for _longitude, latitude in found) == pytest.approx(30.44, abs=1e-4)
    assert max(latitude for _longitude, latitude in found) == pytest.approx(30.46, abs=1e-4)


def test_address_ranges_take_their_class_from_the_file_of_roads(tmp_path):
    ranges = town()
    for row in ranges:
        del row["properties"]["class"]
    roads = [road("North Monroe Street", [[-84.28, 30.44], [-84.28, 30.46]], **{"class": "S1100"})]
    load(geojson(tmp_path / "roads.geojson", roads), geojson(tmp_path / "ranges.geojson", ranges))
    assert Street.objects.get(name="North Monroe Street").way == Way.FREEWAY
    assert Street.objects.get(name="4th Avenue").way == Way.LOCAL
    assert {one["properties"]["name"] for one in roads_at(14)} == {"North Monroe Street"}


def test_names_in_latin_1_are_read(tmp_path):
    load(
        zipped_shapefile(
            tmp_path / "old.zip", [road("Núñez Way", [[-84.28, 30.44], [-84.27, 30.44]])], encoding="latin-1"
        )
    )
    assert Street.objects.get().name == "Núñez Way"


def refused(*files):
    before = list(StreetSet.objects.values_list("pk", flat=True))
    with pytest.raises(StreetsUnreadable) as told:
        load(*files)
    assert list(StreetSet.objects.values_list("pk", flat=True)) == before
    return str(told.value.message)


def test_a_projected_shapefile_is_refused_by_name(tmp_path, file):
    load(file)
    assert "StatePlane_Florida_North" in refused(zipped_shapefile(tmp_path / "utm.zip", town(), projection=UTM))
    assert ".prj" in refused(zipped_shapefile(tmp_path / "none.zip", town(), projection=""))
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2238"}}
    assert "2238" in refused(geojson(tmp_path / "feet.geojson", town(), crs=crs))


def test_another_citys_streets_are_refused(tmp_path):
    far = [road("Elm Street", [[-80.2, 25.7], [-80.2, 25.8]])]
    assert "this city" in refused(geojson(tmp_path / "miami.geojson", far))


def test_a_file_that_is_something_else_is_refused(tmp_path):
    (tmp_path / "cut.geojson").write_text('{"type": "FeatureCollection", "features": [')
    assert "GeoJSON" in refused(tmp_path / "cut.geojson")
    (tmp_path / "list.json").write_text("[1, 2]")
    assert "features" in refused(tmp_path / "list.json")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    assert "GeoJSON" in refused(tmp_path / "deep.json")
    (tmp_path / "no.zip").write_bytes(b"PK nothing")
    assert "ZIP" in refused(tmp_path / "no.zip")
    (tmp_path / "streets.gpkg").write_bytes(b"SQLite format 3")
    assert ".geojson" in refused(tmp_path / "streets.gpkg")


@pytest.mark.filterwarnings("ignore:Declared file size")
def test_a_shapefile_that_is_cut_off_is_refused(tmp_path):
    whole = zipped_shapefile(tmp_path / "whole.zip", town())
    cut = tmp_path / "cut.zip"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(cut, "w") as target:
        for one in source.infolist():
            content = source.read(one)
            target.writestr(one.filename, content[: len(content) // 2] if one.filename.endswith(".shp") else content)
    assert "damaged" in refused(cut)


def test_a_zip_that_unpacks_to_more_than_it_may_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("apps.streets.reading.shapefiles.MOST_BYTES", 1000)
    assert "larger" in refused(zipped_shapefile(tmp_path / "bomb.zip", town()))


def test_lines_that_cannot_be_on_the_map_are_left_out(tmp_path):
    rows = [
        *town(),
        road("Date Line Road", [[179.9, 30.4], [-179.9, 30.4]]),
        road("Point Road", [[-84.28, 30.44], [-84.28, 30.44]]),
        road("Far Road", [[-84.28, 95.0], [-84.28, 96.0]]),
        road("Long Road", [[-84.28 + n * 1e-6, 30.44] for n in range(MOST_POINTS + 1)]),
        road("Text Road", [["a", "b"], ["c", "d"]]),
        {"type": "Feature", "properties": None, "geometry": None},
    ]
    load(geojson(tmp_path / "odd.geojson", rows))
    assert {street.name for street in Street.objects.all()} == {row["properties"]["name"] for row in town()}


def test_control_characters_in_a_name_are_left_out(tmp_path):
    load(geojson(tmp_path / "odd.geojson", [road("Elm\u0000\u202e Street\n", [[-84.28, 30.44], [-84.28, 30.45]])]))
    assert Street.objects.get().name == "Elm Street"


def test_the_command_says_what_is_in_use(file, capsys):
    call_command("load_streets", str(file))
    assert "7 streets" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no file"):
        call_command("load_streets", str(file) + ".not")


def test_numbers_that_are_no_numbers_are_no_range(tmp_path):
    rows = [road("Elm Street", [[-84.28, 30.44], [-84.28, 30.45]], left=("12-A", "²"), right=("1", 99))]
    load(geojson(tmp_path / "odd.geojson", rows))
    part = Segment.objects.get()
    assert (part.left_from, part.right_from, part.right_to) == (None, 1, 99)
    assert json.dumps(part.line) == "[[-84.28, 30.44], [-84.28, 30.45]]"
