"""Which cameras most likely saw it: what must hold for any camera and any area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.cameras.witnesses import Likelihood, group_of, likelihoods
from apps.geo import Sector, parse_area
from apps.geo.daylight import is_dark

HERE = parse_area({"type": "Circle", "center": [-84.28, 30.44], "radius_m": 120})
NORTH = 30.44


@dataclass(frozen=True)
class Camera:
    latitude: float = NORTH - 0.0005
    longitude: float = -84.28
    bearing: float = 0.0
    field_of_view: float = 90.0
    range_m: float = 60.0
    night_view: bool | None = None

    @property
    def outline(self) -> bytes:
        return Sector(self.latitude, self.longitude, self.bearing, self.field_of_view, self.range_m).polygon().wkb


cameras = st.builds(
    Camera,
    latitude=st.floats(NORTH - 0.003, NORTH + 0.003),
    longitude=st.floats(-84.283, -84.277),
    bearing=st.floats(0, 359),
    field_of_view=st.floats(20, 360),
    range_m=st.floats(5, 150),
    night_view=st.sampled_from([True, False, None]),
)


def judged(*them: Camera, dark: bool = False) -> list[float]:
    return likelihoods(HERE, them, [one.night_view for one in them], dark=dark)


@given(st.lists(cameras, max_size=12), st.booleans(), st.randoms(use_true_random=False))
def test_each_lies_between_nothing_and_certainty_whatever_the_order(them, dark, draw):
    found = judged(*them, dark=dark)
    assert all(0 <= one <= 1 + 1e-9 for one in found)
    order = list(range(len(them)))
    draw.shuffle(order)
    again = judged(*[them[place] for place in order], dark=dark)
    assert again == pytest.approx([found[place] for place in order])


@given(cameras, st.lists(cameras, max_size=5))
def test_in_the_dark_a_camera_that_sees_at_night_is_never_behind_its_twin_that_does_not(camera, others):
    yes, unknown, no = (replace(camera, night_view=sees) for sees in (True, None, False))
    found = judged(yes, unknown, no, *others, dark=True)
    assert found[0] > found[1] > found[2]
    by_day = judged(yes, unknown, no, *others)
    assert by_day[0] == by_day[1] == by_day[2]


@given(cameras)
def test_a_camera_that_looks_at_the_middle_is_not_behind_one_that_turned_its_back(camera):
    at = replace(camera, latitude=NORTH - 0.001, longitude=-84.28, bearing=0, field_of_view=60)
    away = replace(at, bearing=180)
    found = judged(at, away)
    assert found[0] > found[1]


@given(st.floats(0.0002, 0.0009), st.floats(0.0001, 0.001))
def test_the_nearer_of_two_that_look_the_same_way_comes_first(near, farther):
    one = Camera(latitude=NORTH - near)
    two = replace(one, latitude=NORTH - near - farther)
    found = judged(one, two)
    assert found[0] >= found[1]


@given(st.lists(cameras, min_size=1, max_size=8), st.booleans())
def test_of_two_far_places_each_camera_is_judged_by_the_one_that_it_is_nearest_to(them, dark):
    far = {"type": "Circle", "center": [-84.1, 30.6], "radius_m": 120}
    both = parse_area({"type": "Several", "parts": [far, HERE.form]})
    found = likelihoods(both, them, [one.night_view for one in them], dark=dark)
    assert found == pytest.approx(judged(*them, dark=dark))


def test_who_covers_two_places_is_before_who_covers_one_of_them():
    places = [{"type": "Circle", "center": [-84.28, NORTH + north], "radius_m": 30} for north in (0, 0.0008)]
    both = parse_area({"type": "Several", "parts": places})
    wide = Camera(latitude=NORTH - 0.0004, range_m=200, field_of_view=60)
    near = Camera(latitude=NORTH - 0.0004, range_m=80, field_of_view=60)
    one, two = likelihoods(both, [wide, near], [None, None], dark=False)
    assert one > two


def test_groups_split_the_whole_range():
    assert [group_of(value) for value in (0.0, 0.449, 0.45, 0.649, 0.65, 1.0)] == [
        Likelihood.LOW,
        Likelihood.LOW,
        Likelihood.MEDIUM,
        Likelihood.MEDIUM,
        Likelihood.HIGH,
        Likelihood.HIGH,
    ]
    assert judged() == []


@pytest.mark.parametrize(
    ("at", "dark"),
    [
        (datetime(2026, 11, 28, 17, 0, tzinfo=UTC), False),  # noon in Tallahassee
        (datetime(2026, 11, 29, 5, 0, tzinfo=UTC), True),  # midnight
        (datetime(2026, 6, 22, 0, 20, tzinfo=UTC), False),  # the sun sets at 8:41 p.m. EDT
        (datetime(2026, 6, 22, 0, 50, tzinfo=UTC), True),
        (datetime(2026, 12, 21, 22, 30, tzinfo=UTC), False),  # the sun sets at 5:39 p.m. EST
        (datetime(2026, 12, 21, 22, 50, tzinfo=UTC), True),
    ],
)
def test_dark_is_between_sunset_and_sunrise(at, dark):
    assert is_dark(at, 30.44, -84.28) is dark
