"""Lines and areas in layers: read, measured, bounded, compared, and never taken for cameras."""

from __future__ import annotations

import json
from typing import Any

import pytest
import shapefile

from apps.agencies.models import Agency, Role
from apps.core.errors import InvalidInput
from apps.layers.covering import cameras_near
from apps.layers.differences import differences
from apps.layers.models import Feature
from apps.layers.reading import read_features
from apps.layers.selectors import for_maps, listed_layers
from tests.factories.layers import geojson_of, layer_of, load, places, shapefile_of_shapes, shapes_of
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db

WEST, SOUTH = -84.2850, 30.4380
EAST, NORTH = -84.2750, 30.4480
ROUTE = [[WEST, SOUTH], [WEST, NORTH]]
SQUARE = [[WEST, SOUTH], [EAST, SOUTH], [EAST, NORTH], [WEST, NORTH], [WEST, SOUTH]]
HOLE = [[-84.281, 30.442], [-84.281, 30.444], [-84.279, 30.444], [-84.279, 30.442], [-84.281, 30.442]]
BOW = [[WEST, SOUTH], [EAST, NORTH], [EAST, SOUTH], [WEST, NORTH], [WEST, SOUTH]]
M2 = 1112 * 959  # of the square


def moved(ring: list[Any], east: float) -> list[Any]:
    return [[x + east, y] for x, y in ring]


def as_text(parts: list[Any]) -> str:
    return json.dumps(parts, separators=(",", ":"))


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


def refusal_of(content: bytes) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        read_features(content)
    return refused.value


@pytest.mark.parametrize(
    ("kind", "drawn", "size"),
    [
        ("LineString", ROUTE, 1112),
        ("MultiLineString", [ROUTE, moved(ROUTE, 0.001)], 2224),
        ("Polygon", [SQUARE], M2),
        ("Polygon", [SQUARE, HOLE], M2 * 0.96),
        ("MultiPolygon", [[SQUARE], [moved(SQUARE, 0.02)]], 2 * M2),
        ("LineString", [[*one, 12.5] for one in ROUTE], 1112),  # with heights
    ],
)
def test_geojson_gives_shapes_with_a_size_and_a_place_of_their_own(kind: str, drawn: list[Any], size: float) -> None:
    [found] = read_features(shapes_of(("Route", kind, drawn))).found
    assert found.geometry == ("line" if "Line" in kind else "area")
    assert found.size == pytest.approx(size, rel=0.01)
    assert found.key == "Route"
    assert WEST <= found.longitude <= WEST + 0.03
    assert SOUTH <= found.latitude <= NORTH


@pytest.mark.parametrize(
    ("kind", "parts", "geometry", "size"),
    [
        (shapefile.POLYLINE, [ROUTE], "line", 1112),
        (shapefile.POLYLINE, [ROUTE, moved(ROUTE, 0.001)], "line", 2224),
        (shapefile.POLYGON, [SQUARE[::-1]], "area", M2),
        (shapefile.POLYGON, [SQUARE[::-1], HOLE[::-1]], "area", M2 * 0.96),
        (shapefile.POLYGON, [SQUARE[::-1], moved(SQUARE, 0.02)[::-1]], "area", 2 * M2),
        (shapefile.POLYGON, [SQUARE], "area", M2),  # every ring the other way round
    ],
)
def test_a_shapefile_gives_the_same(kind: int, parts: list[Any], geometry: str, size: float) -> None:
    [found] = read_features(shapefile_of_shapes(kind, [("Route", parts)])).found
    assert (found.key, found.geometry) == ("Route", geometry)
    assert found.size == pytest.approx(size, rel=0.01)


def test_points_lines_and_areas_stand_in_one_file() -> None:
    mixed = json.loads(geojson_of(places(2)))
    mixed["features"] += json.loads(shapes_of(("Route", "LineString", ROUTE), ("Site", "Polygon", [SQUARE])))[
        "features"
    ]
    found = read_features(json.dumps(mixed).encode()).found
    assert [one.geometry for one in found] == ["point", "point", "line", "area"]


def test_an_area_that_crosses_itself_is_kept_and_has_no_size() -> None:
    [found] = read_features(shapes_of(("Bow", "Polygon", [BOW]))).found
    assert (found.geometry, found.size) == ("area", None)
    assert json.loads(found.shape) == [[BOW]]


@pytest.mark.parametrize(
    ("kind", "drawn", "code"),
    [
        ("LineString", [[179.9, 30], [-179.9, 30]], "antimeridian"),
        ("Polygon", [[[179, 30], [-179, 30], [-179, 31], [179, 30]]], "antimeridian"),
        ("LineString", [ROUTE[0]], "no_size"),
        ("LineString", [ROUTE[0], ROUTE[0]], "no_size"),
        ("LineString", [], "no_size"),
        ("Polygon", [], "no_size"),
        ("Polygon", [[SQUARE[0], SQUARE[1], SQUARE[0]]], "no_size"),
        ("LineString", "x", "bad_shape"),
        ("LineString", [["a", "b"]], "bad_shape"),
        ("LineString", [[WEST]], "bad_shape"),
        ("LineString", [[float("nan"), SOUTH], ROUTE[1]], "bad_shape"),
        ("Polygon", SQUARE, "bad_shape"),
        ("MultiPolygon", [SQUARE], "bad_shape"),
        ("Polygon", None, "bad_shape"),
        ("GeometryCollection", [], "no_point"),
        ("MultiPoint", ROUTE, "no_point"),
    ],
)
def test_what_is_no_shape_is_left_out_and_said_in_words(kind: str, drawn: Any, code: str) -> None:
    refused = refusal_of(shapes_of(("Route", kind, drawn)))
    assert refused.code == code
    others = json.loads(geojson_of(places(1)))
    others["features"] += json.loads(shapes_of(("Route", kind, drawn)))["features"]
    reading = read_features(json.dumps(others).encode())
    assert reading.left_out == {code: 1}
    assert reading.unclear == {"Route"}


def test_a_line_that_leads_far_away_is_left_out() -> None:
    reading = read_features(shapes_of(("Far", "LineString", [ROUTE[0], [-80.0, 25.0]]), ("Near", "LineString", ROUTE)))
    assert [one.key for one in reading.found] == ["Near"]
    assert reading.left_out == {"far": 1}


def test_shapes_have_a_most_of_corners_and_of_size(settings: Any) -> None:
    many = [[WEST + number / 1e6, SOUTH + number % 2 / 1e3] for number in range(settings.LAYER_MAX_CORNERS + 1)]
    assert refusal_of(shapes_of(("Long", "LineString", many))).code == "many_corners"
    assert read_features(shapes_of(("Long", "LineString", many[1:]))).found
    settings.LAYER_MAX_CORNERS_OF_ALL = 5
    three = [(f"R{number}", "LineString", moved(ROUTE, number / 1000)) for number in range(3)]
    assert refusal_of(shapes_of(*three)).code == "many_corners"
    settings.LAYER_MAX_AREA_KM2 = 1
    assert refusal_of(shapes_of(("Site", "Polygon", [SQUARE]))).code == "too_large"


def test_a_million_corners_in_one_line_are_refused_at_once() -> None:
    assert refusal_of(shapes_of(("Long", "LineString", [[WEST, SOUTH]] * 500_000))).code == "many_corners"


def test_the_same_file_again_is_no_difference_and_a_moved_corner_is_one(agency: Agency) -> None:
    content = shapes_of(("Route", "LineString", ROUTE), ("Site", "Polygon", [SQUARE]), ("Bow", "Polygon", [BOW]))
    layer = load(layer_of(agency, "event"), content)
    again = read_features(content)
    assert differences(layer, again.found, again.unclear).are_none
    bent = [ROUTE[0], [-84.284, 30.443], ROUTE[1]]
    other = read_features(shapes_of(("Route", "LineString", bent), ("Bow", "Polygon", [BOW])))
    found = differences(layer, other.found, other.unclear)
    assert found.counts() == {"new": 0, "changed": 1, "gone": 1}
    load(layer, shapes_of(("Route", "LineString", bent), ("Bow", "Polygon", [BOW])))
    assert Feature.objects.get(layer=layer, key="Route").shape == as_text([bent])
    assert not Feature.objects.filter(layer=layer, key="Site").exists()


def test_a_place_that_becomes_a_line_is_a_change(agency: Agency) -> None:
    layer = load(layer_of(agency, "event"), geojson_of([{"id": "R", "latitude": SOUTH, "longitude": WEST}]))
    load(layer, shapes_of(("R", "LineString", ROUTE)))
    assert [(one.geometry, one.shape) for one in layer.features.all()] == [("line", as_text([ROUTE]))]


def test_the_map_gets_shapes_and_words_for_their_size(agency: Agency) -> None:
    layer = load(layer_of(agency, "event"), shapes_of(("Route", "LineString", ROUTE), ("Bow", "Polygon", [BOW])))
    other = layer_of(agency, "traffic", places(1))
    analyst = staff(Role.ANALYST, agency)
    told = for_maps(analyst, only=layer.public_id)
    [shown] = told["layers"]
    assert [row[6:] for row in shown["features"]] == [
        ["outline", as_text([[BOW]]), "crosses itself, so its size is not known"],
        ["line", as_text([ROUTE]), "0.7 miles"],
    ]
    assert told["shapes"]["line"] == "line"
    assert {one["id"] for one in for_maps(analyst)["layers"]} == {str(layer.public_id), str(other.public_id)}
    assert for_maps(staff(Role.ANALYST, AgencyFactory.create()), only=layer.public_id)["layers"] == []
    sizes = {one.pk: (one.size, one.lines, one.areas) for one in listed_layers(analyst)}
    assert sizes == {layer.pk: (2, 1, 1), other.pk: (1, 0, 0)}


def test_a_line_among_cameras_sees_nothing(agency: Agency) -> None:
    load(layer_of(agency, "traffic"), shapes_of(("Route", "LineString", ROUTE)))
    spot = (SOUTH, WEST)
    assert cameras_near(staff(Role.ANALYST, agency), [spot]) == {spot: []}
