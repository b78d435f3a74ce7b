"""Several places in one question: an adversary who adds, moves and takes away places learns no more than before."""

from __future__ import annotations

import itertools

import pytest
import shapely

from apps.cameras.matching import find_matches
from apps.core.errors import InvalidInput, TooMany
from apps.counts.grid import Cell
from apps.counts.models import CountedArea
from apps.counts.selectors import estimate_from
from apps.counts.services import release_counts
from apps.findings.models import Finding
from apps.footage_requests.services import count_partners
from apps.geo import Area
from apps.ledger.values import Actor
from tests.attacks.test_counts_that_find_a_home import advantage, bound, cell_of
from tests.factories.actors import actor_for
from tests.factories.footage_requests import CENTER, circle, window
from tests.factories.neighborhood import METERS_EAST, METERS_NORTH, SOUTH, WEST, House, neighborhood
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db


def ground(*boxes: shapely.Polygon) -> Area:
    """An area of these boxes, which are in meters of the neighborhood."""
    shapes = [shapely.transform(one, lambda at: at / [METERS_EAST, METERS_NORTH] + [WEST, SOUTH]) for one in boxes]
    parts = tuple(Area(polygon=shape, form={}) for shape in shapes)
    return Area(polygon=shapely.union_all(shapes), form={}, parts=parts)


def difference_at(count, house: House, far: shapely.Polygon) -> float:
    """What a hectare about one house adds to a far place: the sum with it, less the sum without it."""
    home = shapely.box(house.east - 50, house.north - 50, house.east + 50, house.north + 50)
    return count(ground(far, home)) - count(ground(far))


FAR = shapely.box(20_000, 0, 20_900, 900)


def test_against_exact_matches_the_difference_of_two_sums_finds_homes():
    """The adversary is good: with the register itself, a place beside a far one tells who lives in it."""
    agency = AgencyFactory.create()
    _zone, houses = neighborhood(agency)
    found = [difference_at(lambda area: len(find_matches(area, agency=agency)), house, FAR) for house in houses]
    assert advantage(found, houses) > 0.7


def test_against_the_release_the_difference_of_two_sums_tells_what_the_cells_tell():
    agency = AgencyFactory.create()
    _zone, houses = neighborhood(agency, town=600)
    release = release_counts(actor=Actor.system("test"))
    cells = {Cell(*row[:3]): row[3] for row in release.cells.values_list("zoom", "x", "y", "partners")}
    near = {cell: cells[cell] for cell in {cell_of(house, cells) for house in houses}}

    def count(area: Area) -> int:
        return estimate_from(area, near, release.week).partners or 0

    found = [difference_at(count, house, FAR) for house in houses]
    assert advantage(found, houses) <= bound(houses)


def ask(user, agency, *parts, case_number="26-1"):
    area = {"type": "Several", "parts": list(parts)}
    return count_partners(
        user=user, agency=agency, area=area, actor=actor_for(user), case_number=case_number, **window()
    )


def beside(meters: float, radius_m: float = 300) -> dict:
    return circle(radius_m, [CENTER[0] + meters / METERS_EAST, CENTER[1]])


def test_no_place_may_be_small_enough_for_one_home_whatever_stands_beside_it():
    agency = AgencyFactory.create()
    user = staff("detective", agency)
    home = beside(3000, radius_m=20)
    for parts in ((beside(0), home), (home, beside(0)), (beside(3000), home)):
        with pytest.raises(InvalidInput, match=r"Place \d is too small"):
            ask(user, agency, *parts)
    assert not CountedArea.objects.exists(), "nothing was counted"


def test_each_combination_of_places_is_a_question_of_its_own(settings):
    """With four places there are fifteen sums. A budget of places, and not of questions, would give eleven away."""
    settings.COUNTED_AREAS_PER_CASE, settings.COUNTED_AREAS_PER_DAY = 9, 11
    agency = AgencyFactory.create()
    user = staff("detective", agency)
    places = [beside(n * 2000) for n in range(4)]
    answered = 0
    for size in range(1, 5):
        for parts in itertools.combinations(places, size):
            try:
                ask(user, agency, *parts)
            except TooMany:
                continue
            answered += 1
    assert answered == 9
    ask(user, agency, places[1], {**places[0], "name": "The other name and order"})
    for case_number, room in (("26-2", 2), ("26-3", 0)):
        for n in range(room):
            ask(user, agency, *places[n : n + 2], case_number=case_number)
        with pytest.raises(TooMany):
            ask(user, agency, *places, case_number=case_number)


def test_a_far_place_that_moves_does_not_hide_who_closes_in_on_a_spot(settings):
    settings.CLOSE_AREAS_OF_ONE = 4
    agency = AgencyFactory.create()
    user = staff("detective", agency)
    for number in range(3):
        ask(user, agency, beside(0, radius_m=200 + number), beside(4000 * (number + 1)))
    assert not Finding.objects.exists()
    ask(user, agency, beside(0, radius_m=203), beside(-4000))
    finding = Finding.objects.get(kind="counts.closing_in")
    assert finding.facts == {"nearly_equal_areas": 4, "people": 1}


def test_a_place_that_stays_while_others_are_added_beside_it_is_no_closing_in(settings):
    settings.CLOSE_AREAS_OF_ONE = settings.CLOSE_AREAS_OF_ALL = 2
    agency = AgencyFactory.create()
    user = staff("detective", agency)
    for number in range(1, 4):
        ask(user, agency, *(beside(4000 * n) for n in range(number + 1)))
    assert not Finding.objects.exists()


def test_ground_that_lies_in_two_places_is_counted_once():
    agency = AgencyFactory.create()
    neighborhood(agency, town=600)
    release_counts(actor=Actor.system("test"))
    user = staff("detective", agency)
    wide = {"type": "Circle", "center": [WEST, SOUTH], "radius_m": 900}
    alone = ask(user, agency, wide)
    both = ask(user, agency, wide, {**wide, "radius_m": 500})
    assert both.estimate.partners == alone.estimate.partners
    assert both.area_m2 == pytest.approx(alone.area_m2)
