"""The line of a street between two house numbers."""

from __future__ import annotations

import pytest

from apps.ledger.values import Actor
from apps.streets.along import line_along
from apps.streets.services import load_streets
from tests.factories.streets import geojson, town

pytestmark = pytest.mark.django_db


@pytest.fixture
def streets(tmp_path):
    load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))


def test_the_blocks_between_two_numbers_are_one_line(streets):
    assert sorted(line_along("N Monroe St", 1150, 1250)) == [(-84.28, 30.44), (-84.28, 30.45), (-84.28, 30.46)]
    assert sorted(line_along("N Monroe St", 1201, 1250)) == [(-84.28, 30.45), (-84.28, 30.46)]


@pytest.mark.parametrize("asked", [("No Such Way", None, None), ("N Monroe St", 5000, 6000), ("", None, None)])
def test_no_such_street_or_numbers_is_no_line(streets, asked):
    assert line_along(*asked) == []


def test_without_streets_there_is_no_line():
    assert line_along("N Monroe St") == []
