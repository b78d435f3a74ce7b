"""An area of several places: read, refused by the place that is wrong, and measured as one ground."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import InvalidInput
from apps.geo import Sector, parse_area

EAST, NORTH = -84.28, 30.44
RING = [[-84.29, 30.43], [-84.28, 30.43], [-84.28, 30.44], [-84.29, 30.44], [-84.29, 30.43]]
SQUARE = {"type": "Polygon", "coordinates": [RING]}
ROUND = {"type": "Circle", "center": [EAST, NORTH], "radius_m": 150.0}
STREET = {"type": "Corridor", "line": [[-84.27, 30.44], [-84.26, 30.45]], "side_m": 30.0}


def several(*parts):
    return {"type": "Several", "parts": list(parts)}


def test_each_place_stays_what_it_was_with_its_name():
    raw = several(SQUARE, {**ROUND, "name": "Back yard"}, STREET)
    area = parse_area(raw)
    assert area.to_json() == raw
    assert parse_area(area.to_json()).to_json() == raw
    assert [place.form["type"] for place in area.places] == ["Polygon", "Circle", "Corridor"]


def test_one_place_alone_is_that_area():
    assert parse_area(several({**ROUND, "name": "Back yard"})).to_json() == parse_area(ROUND).to_json()


def test_an_area_of_one_place_has_one_place_and_one_ring():
    area = parse_area(SQUARE)
    assert area.places == (area,)
    assert area.rings == [RING]


def test_every_place_has_its_ring():
    rings = parse_area(several(SQUARE, ROUND)).rings
    assert rings == [RING, parse_area(ROUND).rings[0]]


def test_ground_in_two_places_counts_once():
    half = [[-84.285, 30.43], [-84.275, 30.43], [-84.275, 30.44], [-84.285, 30.44], [-84.285, 30.43]]
    one = parse_area(SQUARE).area_m2
    both = parse_area(several(SQUARE, {"type": "Polygon", "coordinates": [half]})).area_m2
    assert math.isclose(both, 1.5 * one, rel_tol=1e-3)


def test_places_that_touch_are_as_large_as_both():
    beside = [[x + 0.01, y] for x, y in RING]
    area = parse_area(several(SQUARE, {"type": "Polygon", "coordinates": [beside]}))
    assert math.isclose(area.area_m2, 2 * parse_area(SQUARE).area_m2, rel_tol=1e-6)


def test_a_yard_that_places_leave_free_between_them_is_no_part_of_the_area():
    left = [[0, 0], [0.01, 0], [0.01, 0.002], [0.002, 0.002], [0.002, 0.008], [0.01, 0.008], [0.01, 0.01], [0, 0.01]]
    right = [[0.01 - x, y] for x, y in left]
    rings = [[*ring, ring[0]] for ring in (left, right)]
    area = parse_area(several(*({"type": "Polygon", "coordinates": [ring]} for ring in rings)))
    yard = Sector(0.005, 0.005, 0, 90, 30).polygon()
    assert area.intersects_many([yard]).tolist() == [False]
    around = parse_area({"type": "Polygon", "coordinates": [[[0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01], [0, 0]]]})
    assert math.isclose(area.area_m2, around.area_m2 * (1 - 0.6**2), rel_tol=1e-3)


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        {},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[RING[0]] * 4]},
        {"type": "Polygon", "coordinates": [[[179, 30], [181, 30], [181, 31], [179, 30]]]},
        {"type": "Circle", "center": [179.95, 30], "radius_m": 50},
        {"type": "Circle", "center": [EAST, NORTH], "radius_m": float("nan")},
        {"type": "Corridor", "line": [[EAST, NORTH]], "side_m": 30},
        several(ROUND),
    ],
)
def test_a_place_that_is_no_area_is_refused_by_its_number_and_name(wrong):
    for parts, said in [((SQUARE, wrong), "Place 2: "), ((wrong, SQUARE), "Place 1: ")]:
        with pytest.raises(InvalidInput) as refusal:
            parse_area(several(*parts))
        assert str(refusal.value.fields["area"]).startswith(said)
    if isinstance(wrong, dict):
        with pytest.raises(InvalidInput, match=r"^Place 2 \(Back yard\): .*\.$"):
            parse_area(several(SQUARE, {**wrong, "name": " Back  yard "}))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (None, "draw an area"),
        ([], "draw an area"),
        ("ab", "draw an area"),
        ([{**ROUND, "radius_m": 100.0 + n} for n in range(5)], "at most 4 places"),
        ([SQUARE, ROUND, SQUARE], "Place 3 is the same as place 1"),
        ([SQUARE, {**ROUND, "name": "x" * 41}], "40 characters"),
        ([SQUARE, {**ROUND, "name": 7}], "text"),
        ([SQUARE, {**ROUND, "center": [20, 40]}], "far larger than a city"),
    ],
)
def test_what_is_no_set_of_places_is_refused_with_a_sentence(parts, said):
    with pytest.raises(InvalidInput, match=said) as refusal:
        parse_area({"type": "Several", "parts": parts})
    assert list(refusal.value.fields) == ["area"]


circles = st.builds(
    lambda east, north, radius_m: {"type": "Circle", "center": [east, north], "radius_m": radius_m},
    st.floats(EAST - 0.01, EAST + 0.01),
    st.floats(NORTH - 0.01, NORTH + 0.01),
    st.floats(60, 400),
)
streets = st.builds(
    lambda line, side_m: {"type": "Corridor", "line": [list(point) for point in line], "side_m": side_m},
    st.lists(
        st.tuples(st.floats(EAST - 0.01, EAST + 0.01), st.floats(NORTH - 0.01, NORTH + 0.01)), min_size=2, max_size=4
    ).filter(lambda line: max(math.dist(a, b) for a, b in zip(line, line[1:], strict=False)) > 0.001),
    st.floats(5, 80),
)
sectors = st.builds(
    Sector,
    st.floats(NORTH - 0.01, NORTH + 0.01),
    st.floats(EAST - 0.01, EAST + 0.01),
    st.floats(0, 359),
    st.floats(20, 360),
    st.floats(5, 100),
)


@given(st.lists(circles | streets, min_size=2, max_size=4, unique_by=repr), st.lists(sectors, max_size=15))
@settings(max_examples=40, deadline=None)
def test_several_places_meet_what_one_of_them_meets_and_are_as_large_as_their_union(parts, seen):
    area = parse_area(several(*parts))
    alone = [parse_area(part) for part in parts]
    outlines = [sector.polygon() for sector in seen]
    expected = [any(one.polygon.intersects(outline) for one in alone) for outline in outlines]
    assert area.intersects_many(outlines).tolist() == expected
    sizes = [one.area_m2 for one in alone]
    assert max(sizes) - 1 <= area.area_m2 <= sum(sizes) + 1
    assert shapely.union_all([one.polygon for one in alone]).symmetric_difference(area.polygon).area < 1e-12
