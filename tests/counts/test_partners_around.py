"""About how many partners are around a call: from what the map shows of the release, and from nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from apps.counts.around import partners_around
from apps.counts.models import CountCell, CountRelease
from apps.counts.services import release_counts
from apps.counts.weeks import week_began
from apps.geo.mercator import unit_points
from apps.ledger.values import Actor
from tests.factories.neighborhood import neighborhood
from tests.factories.people import AgencyFactory

pytestmark = pytest.mark.django_db

HERE = (30.4383, -84.2807)
REACH = 500.0


def a_release(middle: int, others: int, *, side: int = 4) -> CountRelease:
    """A release whose finest cell at HERE has `middle` partners, and so many more cells around it `others` each."""
    release = CountRelease.objects.create(week=week_began().date(), released_at=timezone.now(), zones={}, retention=[])
    [[x, y]] = unit_points(np.array([[HERE[1], HERE[0]]]))
    column, row = int(x * 2**17), int(y * 2**17)
    CountCell.objects.bulk_create(
        CountCell(release=release, zoom=17, x=column + dx, y=row + dy, partners=others if dx or dy else middle)
        for dx in range(-side, side + 1)
        for dy in range(-side, side + 1)
    )
    return release


def test_without_a_release_nothing_is_said() -> None:
    assert partners_around([HERE], REACH) == {}


def test_cells_count_by_the_share_within_reach_and_in_fives() -> None:
    a_release(20, 0)
    assert partners_around([HERE], REACH) == {HERE: 20}
    assert partners_around([HERE], 30) == {HERE: None}  # a small part of the cell is reached


def test_what_the_map_withholds_counts_nothing() -> None:
    """81 cells of four partners each are hundreds of homes, and the map shows none of them."""
    a_release(settings.COUNT_FLOOR - 1, settings.COUNT_FLOOR - 1)
    assert partners_around([HERE], REACH) == {HERE: None}


def test_a_cell_counts_as_the_map_shows_it() -> None:
    """Seven are shown as five: whoever moves a circle about finds the five, and never the seven."""
    a_release(7, 0)
    assert partners_around([HERE], REACH) == {HERE: 5}


def test_a_release_that_was_made_again_is_read_again() -> None:
    first = a_release(20, 0)
    assert partners_around([HERE], REACH) == {HERE: 20}
    first.cells.all().delete()
    first.delete()
    a_release(40, 0)
    assert partners_around([HERE], REACH) == {HERE: 40}


def test_no_move_of_the_register_within_the_week_is_seen() -> None:
    """Nothing is read from the register: the answers are those of the table, however many places somebody asks."""
    agency = AgencyFactory.create()
    neighborhood(agency, town=600)
    release_counts(actor=Actor.system("test"))
    spots = [(HERE[0] + step / 1000, HERE[1] + step / 1000) for step in range(-20, 20)]
    before = partners_around(spots, REACH)
    assert any(before.values())
    neighborhood(AgencyFactory.create(), town=300)
    assert partners_around(spots, REACH) == before


@pytest.mark.parametrize("calls", [1, 200])
def test_two_hundred_places_take_one_query_once_the_week_is_known(calls: int, django_assert_num_queries) -> None:
    a_release(20, 10)
    spots = [(HERE[0] + number / 100_000, HERE[1]) for number in range(calls)]
    first = partners_around(spots, REACH)
    with django_assert_num_queries(1):
        assert partners_around(spots, REACH) == first
