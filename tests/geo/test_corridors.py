"""A corridor along a line: its width, its holes, and lines that are none."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import InvalidInput
from apps.geo import parse_area
from apps.geo.units import to_meters

STREET = [[-84.28, 30.44], [-84.28, 30.45]]


def corridor(line, side_m=30.0):
    return parse_area({"type": "Corridor", "line": line, "side_m": side_m})


def test_it_reaches_its_width_to_each_side_and_reads_back_the_same():
    area = corridor(STREET)
    # 0.01 degree of latitude is 1,109 m here: a strip of 60 m with two half circles.
    assert area.area_m2 == pytest.approx(1109 * 60 + 3.1416 * 30**2, rel=0.01)
    assert parse_area(area.to_json()).polygon.equals(area.polygon)


def test_a_loop_is_filled_because_an_area_has_no_holes():
    ring = [[-84.28, 30.44], [-84.27, 30.44], [-84.27, 30.45], [-84.28, 30.45], [-84.28, 30.4402]]
    assert not corridor(ring).polygon.interiors


@given(
    st.lists(st.tuples(st.floats(-84.30, -84.26), st.floats(30.42, 30.46)), min_size=2, max_size=12, unique=True),
    st.floats(3, 300),
)
def test_any_line_in_a_city_makes_one_valid_area_about_all_of_its_points(points, side_m):
    area = corridor([list(point) for point in points], side_m)
    assert area.polygon.is_valid
    assert area.polygon.geom_type == "Polygon"
    for x, y in points:
        assert area.polygon.distance(shapely.Point(x, y)) < 1e-6


@pytest.mark.parametrize(
    "raw",
    [
        {"line": None},
        {"line": []},
        {"line": [[-84.28, 30.44]]},
        {"line": [[-84.28, 30.44]] * 5},
        {"line": [[179.9, 30.0], [-179.9, 30.0]]},
        {"line": [[-84.28, 30.44], [-84.28, "30.45"]]},
        {"line": [[-84.28, 30.44], [-84.28, float("nan")]]},
        {"line": [[-84.28 + n / 1e4, 30.44] for n in range(201)]},
        {"side_m": 0},
        {"side_m": to_meters(1000)},
        {"side_m": None},
    ],
    ids=str,
)
def test_what_is_no_corridor_is_refused_with_a_sentence(raw):
    with pytest.raises(InvalidInput) as refused:
        parse_area({"type": "Corridor", "line": STREET, "side_m": 30} | raw)
    assert refused.value.fields["area"]
