"""Smaller areas and shorter times: what must hold for any area and any times, and what a proposal tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.footage_requests.narrower import shorter_windows, smaller_areas
from apps.geo import parse_area
from tests.geo.test_several_places import RING, SQUARE, circles, several, streets

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


wide_streets = streets.filter(lambda one: one["side_m"] > 7)


@given(st.lists(circles | wide_streets | st.just(SQUARE), min_size=1, max_size=4, unique_by=repr))
@settings(max_examples=30, deadline=None)
def test_each_smaller_area_lies_within_and_the_smallest_comes_first(parts):
    whole = parse_area(several(*parts))
    found = list(smaller_areas(whole))
    assert len(found) == 2
    for smaller in found:
        assert len(smaller.places) == len(whole.places)
        assert [one.form["type"] for one in smaller.places] == [one.form["type"] for one in whole.places]
        # A corridor's rounded ends are drawn with few corners.
        assert smaller.polygon.difference(whole.polygon.buffer(2e-6)).area == pytest.approx(0, abs=1e-12)
    assert found[0].area_m2 < found[1].area_m2 < whole.area_m2


def test_half_the_ground_of_a_circle_is_left():
    circle = parse_area({"type": "Circle", "center": [-84.28, 30.44], "radius_m": 1000})
    [half, most] = [one.area_m2 / circle.area_m2 for one in smaller_areas(circle)]
    assert (round(half, 2), round(most, 2)) == (0.49, 0.72)


def test_places_keep_their_names_and_a_corridor_its_line():
    street = {"type": "Corridor", "line": [[-84.27, 30.44], [-84.26, 30.45]], "side_m": 30.0, "name": "Their way"}
    [smaller, _most] = smaller_areas(parse_area(several(SQUARE, street)))
    assert smaller.form["parts"][1] == {**street, "side_m": 14.7}


def test_a_corridor_that_is_as_narrow_as_may_be_has_none():
    street = {"type": "Corridor", "line": [[-84.27, 30.44], [-84.26, 30.45]], "side_m": 3.5}
    assert list(smaller_areas(parse_area(street))) == []


def test_a_polygon_that_bends_around_its_middle_has_none():
    bent = [[0, 0], [0.01, 0], [0.01, 0.01], [0, 0.01], [0, 0.009], [0.009, 0.009], [0.009, 0.001], [0, 0.001], [0, 0]]
    ring = [[x - 84.28, y + 30.44] for x, y in bent]
    assert list(smaller_areas(parse_area({"type": "Polygon", "coordinates": [ring]}))) == []
    assert len(list(smaller_areas(parse_area({"type": "Polygon", "coordinates": [RING]})))) == 2


times = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(1, 900)).map(
        lambda one: (NOON + timedelta(minutes=one[0]), NOON + timedelta(minutes=sum(one)))
    ),
    min_size=1,
    max_size=4,
)


@given(times, st.integers(1, 12))
def test_shorter_times_lie_within_and_are_together_as_long_as_allowed(windows, hours):
    most = timedelta(hours=hours)
    shorter = shorter_windows(windows, most)
    total = sum((end - start for start, end in windows), timedelta())
    if total <= most:
        assert shorter is None
        return
    if shorter is None:
        assert min(end - start for start, end in windows) * (most / total) < timedelta(minutes=4)
        return
    for (start, end), (late, early) in zip(windows, shorter, strict=True):
        assert start <= late < early <= end
        assert late.second == early.second == 0
        assert abs((late - start) - (end - early)) < timedelta(minutes=1)
    kept = sum((end - start for start, end in shorter), timedelta())
    assert most - timedelta(minutes=2 * len(windows)) <= kept <= most
