"""Counts that find a home: an adversary who may ask without end learns no more than the cells say."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from statistics import mean

import numpy as np
import pytest
import shapely
import time_machine
from django.utils import timezone

from apps.cameras.matching import find_matches
from apps.core.errors import TooMany
from apps.counts.figures import rounded
from apps.counts.grid import Cell, cell_at
from apps.counts.models import CountCell, CountedArea
from apps.counts.selectors import estimate_from
from apps.counts.services import release_counts
from apps.findings.models import Finding
from apps.footage_requests.services import count_partners
from apps.geo import Area
from apps.geo.mercator import unit_points
from apps.ledger.values import Actor
from tests.factories.actors import actor_for
from tests.factories.footage_requests import CENTER, window
from tests.factories.neighborhood import METERS_EAST, METERS_NORTH, SOUTH, WEST, House, move_in, neighborhood
from tests.factories.people import AgencyFactory, staff

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


def test_decoys_of_his_own_and_a_second_account_over_weeks_tell_nothing_more():
    """He moves cameras of his own in beside every seventh house, week after week, and lets two accounts ask.

    They share the houses, and what both learn is put together. The decoys move the number of a cell, which he knew
    before; they move it in steps of a week, and no number says which house of the cell is meant.
    """
    agency = AgencyFactory.create()
    zone, houses = neighborhood(agency, town=600)
    found = [0.0] * len(houses)
    limit, times = bound_of_week(houses), 0
    for week, start in enumerate((0, 3, 5)):
        with time_machine.travel(timezone.now() + timedelta(weeks=week), tick=False):
            for house in houses[start::7]:
                move_in(House(house.east, house.north + 10, True), agency, zone)
            release = release_counts(actor=Actor.system("test"))
            cells = {Cell(*row[:3]): row[3] for row in release.cells.values_list("zoom", "x", "y", "partners")}
            near = {cell: cells[cell] for cell in {cell_of(house, cells) for house in houses}}
            for account in range(2):
                asked = Asked(lambda area, near=near, release=release: estimate_from(area, near, release.week).partners)
                for number, vote in enumerate(votes(asked, houses[account::2])):
                    found[account + 2 * number] += vote
                times += asked.times
    assert times <= 10_000
    assert advantage(found, houses) <= limit


def bound_of_week(houses: list[House]) -> float:
    """The bound for the cells of this week, before any decoy."""
    release_counts(actor=Actor.system("test"))
    return bound(houses)


# -- the second fence: a budget, and who is seen ---------------------------------------------------------------------


def closing_in(user, agency, *, areas: int, case_number: str = "26-1", start: int = 0) -> int:
    """Counts area after area, each a meter wider than the one before; returns how many were answered."""
    for number in range(start, start + areas):
        area = {"type": "Circle", "center": CENTER, "radius_m": 200 + number}
        try:
            asked = {"user": user, "agency": agency, "area": area, "actor": actor_for(user), "case_number": case_number}
            count_partners(**asked, **window())
        except TooMany:
            return number - start
    return areas


def test_a_case_and_a_day_have_a_budget_of_areas_and_the_same_area_again_is_free(settings):
    settings.COUNTED_AREAS_PER_CASE, settings.COUNTED_AREAS_PER_DAY = 5, 12
    agency = AgencyFactory.create()
    user = staff("detective", agency)
    assert closing_in(user, agency, areas=9) == 5
    assert closing_in(user, agency, areas=5) == 5, "the same five areas"
    assert closing_in(user, agency, areas=9, case_number=" 26-1 ") == 5, "the same case"
    assert closing_in(user, agency, areas=9, case_number="26-2") == 5
    assert closing_in(user, agency, areas=9, case_number="") == 2, "the day is used up"
    assert closing_in(user, agency, areas=9, case_number="invented") == 0
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert closing_in(user, agency, areas=9) == 5


def test_a_refusal_says_what_to_do(settings):
    agency = AgencyFactory.create()
    user = staff("detective", agency)
    area = {"type": "Circle", "center": CENTER, "radius_m": 200}
    for limit in ("COUNTED_AREAS_PER_CASE", "COUNTED_AREAS_PER_DAY"):
        setattr(settings, limit, 0)
        with pytest.raises(TooMany, match="(?i)submit"):
            count_partners(user=user, agency=agency, area=area, actor=actor_for(user), **window())


def test_who_closes_in_on_a_spot_is_told_to_the_auditor(settings):
    settings.CLOSE_AREAS_OF_ONE = 4
    agency = AgencyFactory.create()
    user = staff("detective", agency)
    closing_in(user, agency, areas=3)
    assert not Finding.objects.exists()
    closing_in(user, agency, areas=1, start=3)
    finding = Finding.objects.get(kind="counts.closing_in")
    assert (finding.about_id, finding.agency) == (str(user.public_id), str(agency.public_id))
    assert finding.facts == {"nearly_equal_areas": 4, "people": 1}


def test_two_accounts_that_close_in_together_are_seen_together(settings):
    settings.CLOSE_AREAS_OF_ALL = 6
    agency = AgencyFactory.create()
    for number in range(2):
        closing_in(staff("detective", agency), agency, areas=3, case_number=f"26-{number}", start=number * 3)
    finding = Finding.objects.get(kind="counts.closing_in")
    assert (finding.about_kind, finding.facts["people"]) == ("agency", 2)


def test_areas_in_different_parts_of_the_city_are_no_closing_in(settings):
    settings.CLOSE_AREAS_OF_ONE = settings.CLOSE_AREAS_OF_ALL = 2
    agency = AgencyFactory.create()
    user = staff("detective", agency)
    for number in range(4):
        area = {"type": "Circle", "center": [CENTER[0] + number * 0.03, CENTER[1]], "radius_m": 200}
        count_partners(user=user, agency=agency, area=area, actor=actor_for(user), **window())
    assert CountedArea.objects.count() == 4
    assert not Finding.objects.exists()


def test_the_supervisor_reads_the_same_number():
    agency = AgencyFactory.create()
    neighborhood(agency, town=600)
    release_counts(actor=Actor.system("test"))
    asked = {"agency": agency, "area": {"type": "Circle", "center": [WEST, SOUTH], "radius_m": 900}, **window()}
    numbers = {
        (count.estimate.partners, count.estimate.around)
        for user in (staff("detective", agency), staff("supervisor", agency))
        for count in [count_partners(user=user, actor=actor_for(user), case_number="26-1", **asked)]
    }
    assert len(numbers) == 1
    assert numbers != {(None, None)}
