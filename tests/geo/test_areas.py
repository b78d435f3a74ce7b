"""Areas as they come from a map or from a program."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.errors import InvalidInput
from apps.geo import Sector, parse_area

RING = [[-84.29, 30.43], [-84.28, 30.43], [-84.28, 30.44], [-84.29, 30.44], [-84.29, 30.43]]


def polygon(ring, **more):
    return {"type": "Polygon", "coordinates": [ring], **more}


def test_a_square_is_measured_on_the_ellipsoid():
    area = parse_area(polygon(RING))
    assert math.isclose(area.area_m2, 960.9 * 1108.6, rel_tol=2e-3)
    assert area.bounds == (-84.29, 30.43, -84.28, 30.44)


def test_a_square_drawn_clockwise_is_the_same_area():
    assert parse_area(polygon(RING[::-1])).to_json() == parse_area(polygon(RING)).to_json()


def test_heights_are_dropped():
    assert parse_area(polygon([[*corner, 12.5] for corner in RING])).to_json() == parse_area(polygon(RING)).to_json()


@given(st.floats(-80, 80), st.floats(-170, 170), st.floats(1, 5000))
@settings(max_examples=40, deadline=None)
def test_a_circle_has_the_area_of_a_circle_and_stays_a_circle(latitude, longitude, radius_m):
    area = parse_area({"type": "Circle", "center": [longitude, latitude], "radius_m": radius_m})
    assert math.isclose(area.area_m2, math.pi * radius_m**2, rel_tol=1e-3)
    assert area.to_json() == {"type": "Circle", "center": [longitude, latitude], "radius_m": radius_m}
    assert parse_area(area.to_json()).polygon.equals(area.polygon)
    assert area.polygon.is_valid


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        "POLYGON((0 0))",
        {},
        {"type": "Feature", "geometry": polygon(RING)},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [RING, RING]},
        {"type": "Polygon", "coordinates": "abc"},
        {"type": "Polygon", "coordinates": [None]},
        polygon(RING[:-1]),
        polygon([RING[0], RING[1], RING[0]]),
        polygon([RING[0]] * 4),
        polygon([[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]),
        polygon([[float("nan"), 30], *RING[1:-1], [float("nan"), 30]]),
        polygon([[1e400, 30], *RING[1:-1], [1e400, 30]]),
        polygon([["x", 30], *RING[1:-1], ["x", 30]]),
        polygon([[0, 91], [1, 0], [1, 1], [0, 91]]),
        polygon([[0], [1], [1], [0]]),
        polygon([[-100, 30], [-80, 30], [-80, 31], [-100, 30]]),
        polygon([[math.cos(i / 80) / 100, math.sin(i / 80) / 100] for i in range(502)]),
        {"type": "Circle", "center": [-84, 30]},
        {"type": "Circle", "center": [-84], "radius_m": 5},
        {"type": "Circle", "center": [-84, 91], "radius_m": 5},
        {"type": "Circle", "center": [-84, 30], "radius_m": 0},
        {"type": "Circle", "center": [-84, 30], "radius_m": -5},
        {"type": "Circle", "center": [-84, 30], "radius_m": 1e9},
        {"type": "Circle", "center": [-84, 30], "radius_m": float("nan")},
        {"type": "Circle", "center": {"lat": 1}, "radius_m": "5"},
    ],
)
def test_what_is_no_area_is_refused_with_a_sentence(raw):
    with pytest.raises(InvalidInput) as refusal:
        parse_area(raw)
    assert str(refusal.value.fields["area"]).endswith(".")


@given(st.recursive(st.none() | st.floats() | st.text(max_size=3) | st.integers(), st.lists, max_leaves=12))
@settings(max_examples=100, deadline=None)
def test_nonsense_never_crashes(nonsense):
    for raw in (nonsense, {"type": "Polygon", "coordinates": nonsense}, {"type": "Circle", "center": nonsense}):
        with pytest.raises(InvalidInput):
            parse_area(raw)


def test_many_outlines_are_tested_at_once_borders_included():
    area = parse_area(polygon(RING))
    inside = Sector(30.435, -84.285, 0, 90, 30)
    looks_in = Sector(30.4299, -84.285, 0, 90, 30)
    looks_away = Sector(30.4299, -84.285, 180, 90, 30)
    shapes = [sector.polygon() for sector in (inside, looks_in, looks_away)]
    shapes.append(shapely.box(-84.28, 30.43, -84.27, 30.44))
    expected = [True, True, False, True]
    assert area.intersects_many(shapes).tolist() == expected
    assert area.intersects_many([shapely.to_wkb(shape) for shape in shapes]).tolist() == expected
    assert area.intersects_many([]).dtype == np.bool_
