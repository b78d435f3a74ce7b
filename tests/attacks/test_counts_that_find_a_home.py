"""Counts that find a home: an adversary who may ask without end learns no more than the cells say."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from statistics import mean

import numpy as np
import pytest
import shapely

from apps.cameras.matching import find_matches
from apps.counts.figures import rounded
from apps.counts.grid import Cell, cell_at
from apps.counts.models import CountCell
from apps.counts.selectors import estimate_from
from apps.counts.services import release_counts
from apps.geo import Area
from apps.geo.mercator import unit_points
from apps.ledger.values import Actor
from tests.factories.neighborhood import METERS_EAST, METERS_NORTH, SOUTH, WEST, House, neighborhood
from tests.factories.people import AgencyFactory

pytestmark = pytest.mark.django_db
BISECTIONS = 14
Oracle = Callable[[Area], int | None]


@dataclass
class Asked:
    """An oracle that counts how often it is asked."""

    oracle: Oracle
    times: int = 0

    def __call__(self, shape: shapely.Polygon) -> int | None:
        self.times += 1
        degrees = shapely.transform(shape, lambda at: at / [METERS_EAST, METERS_NORTH] + [WEST, SOUTH])
        return self.oracle(Area(polygon=degrees, form={}))


def votes(asked: Asked, houses: list[House]) -> list[float]:
    """For each house: does a two-centimeter corridor to its door move the number of an area that was about to move?

    The area lies beside the house, toward the middle of the neighborhood, and grows until the number is about to move.
    """
    return [float(_corridor_moves_the_number(asked, house)) for house in houses]


def _corridor_moves_the_number(asked: Asked, house: House) -> bool:
    side = 1 if house.east < 600 else -1
    near, far = house.east + side * 20, house.east + side * 900

    def beside(reach: float) -> shapely.Polygon:
        box: shapely.Polygon = shapely.box(*sorted([near, far]), house.north + reach)
        return box

    def grown(reach: float) -> shapely.Polygon:
        west, east = sorted([near, far])
        return shapely.box(west, house.north - reach, east, house.north + reach)

    least, most = 1.0, 700.0
    before = asked(grown(least))
    for _ in range(BISECTIONS):
        middle = (least + most) / 2
        if asked(grown(middle)) == before:
            least = middle
        else:
            most = middle
    corridor = shapely.LineString([(near, house.north), (house.east, house.north + 5)]).buffer(0.01)
    return asked(shapely.union(grown(least), corridor)) != before


def advantage(guesses: list[float], houses: list[House]) -> float:
    """How often a house with a camera is guessed above one without: 0.5 is blind, 1 is certain."""
    yes = [guess for guess, house in zip(guesses, houses, strict=True) if house.takes_part]
    no = [guess for guess, house in zip(guesses, houses, strict=True) if not house.takes_part]
    return mean((a > b) + (a == b) / 2 for a in yes for b in no)


def cell_of(house: House, cells: Collection[Cell]) -> Cell:
    """The cell that a house stands in."""
    ((x, y),) = unit_points(np.array([[house.longitude, house.latitude]]))
    found = cell_at(x, y, cells)
    assert found
    return found


def bound(houses: list[House]) -> float:
    """The advantage of somebody who is told the true number of each cell and nothing else."""
    cells = {Cell(*row) for row in CountCell.objects.values_list("zoom", "x", "y")}
    inside = [cell_of(house, cells) for house in houses]
    share = {cell: mean(h.takes_part for h, c in zip(houses, inside, strict=True) if c == cell) for cell in set(inside)}
    return advantage([share[cell] for cell in inside], houses)


def test_against_exact_counts_the_adversary_finds_nearly_every_home():
    """The adversary is good: this is what the numbers of the register itself would give away."""
    agency = AgencyFactory.create()
    _zone, houses = neighborhood(agency)
    asked = Asked(lambda area: rounded(len(find_matches(area, agency=agency))))
    assert advantage(votes(asked, houses), houses) > 0.95
    assert asked.times <= 10_000


@pytest.mark.parametrize("seed", [1, 2])
def test_against_the_release_corridors_and_bisection_tell_nothing(seed):
    agency = AgencyFactory.create()
    _zone, houses = neighborhood(agency, seed=seed, town=600)
    release = release_counts(actor=Actor.system("test"))
    cells = {Cell(*row[:3]): row[3] for row in release.cells.values_list("zoom", "x", "y", "partners")}
    near = {cell: cells[cell] for cell in {cell_of(house, cells) for house in houses}}
    asked = Asked(lambda area: estimate_from(area, near, release.week).partners)
    assert advantage(votes(asked, houses), houses) <= bound(houses)
    assert asked.times <= 10_000
