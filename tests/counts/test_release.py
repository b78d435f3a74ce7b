"""What the week's release says, and that it says nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import shapely
import time_machine
from django.db import connection
from django.utils import timezone

from apps.cameras.models import Camera, CameraPlace
from apps.cameras.places import place_fields
from apps.cameras.states import CameraState
from apps.counts.figures import rounded, with_noise
from apps.counts.grid import COARSEST, Cell, ZoneCount, partition
from apps.counts.models import CountCell, CountRelease
from apps.counts.selectors import estimate, holding, partners_by_zone
from apps.counts.services import release_counts
from apps.counts.tasks import release_counts as release_counts_task
from apps.geo import Sector, parse_area
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.neighborhood import METERS_EAST, METERS_NORTH, SOUTH, WEST, move_in, neighborhood
from tests.factories.people import AgencyFactory, ZoneFactory

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
TUESDAY = "2026-11-24T15:00:00Z"


def square(east: float, north: float, side: float):
    """An area whose corner lies so many meters from the neighborhood's."""
    corners = [(east, north), (east + side, north), (east + side, north + side), (east, north + side), (east, north)]
    ring = [[WEST + x / METERS_EAST, SOUTH + y / METERS_NORTH] for x, y in corners]
    return parse_area({"type": "Polygon", "coordinates": [ring]})


def cells():
    return {Cell(*row[:3]): row[3] for row in CountCell.objects.values_list("zoom", "x", "y", "partners")}


def test_the_cells_cover_the_city_once_and_those_of_a_split_square_are_all_there():
    neighborhood(AgencyFactory.create(), town=600)
    release_counts(actor=SYSTEM)
    found = cells()
    fine = [cell for cell in found if cell.zoom > COARSEST]
    assert fine, "the town is counted in smaller cells"
    covered = sum(4.0**-cell.zoom for cell in found)
    assert covered == len({(c.x >> (c.zoom - COARSEST), c.y >> (c.zoom - COARSEST)) for c in found}) * 4.0**-COARSEST
    for cell in found:
        above = {Cell(z, cell.x >> (cell.zoom - z), cell.y >> (cell.zoom - z)) for z in range(COARSEST, cell.zoom)}
        assert not above & found.keys()


def test_a_square_is_split_only_where_each_quarter_would_hold_the_floor_by_the_public_figure():
    root = Cell(COARSEST, 2177, 3385)
    west, south, east, north = root.box().bounds
    half = shapely.box(west, south, (west + east) / 2, north)
    assert partition([root], [ZoneCount(half, 1000)], []) == {root}
    whole = partition([root], [ZoneCount(root.box(), 4 * 8)], [])
    assert whole == set(root.quarters())
    assert partition([root], [ZoneCount(root.box(), 4 * 7)], []) == {root}
    assert partition([root], [ZoneCount(root.box(), 4 * 7)], whole) == whole, "what is split stays so for a while"
    assert partition([root], [ZoneCount(root.box(), 4 * 4)], whole) == {root}


def test_where_few_take_part_the_cells_are_the_coarsest():
    agency = AgencyFactory.create()
    zone, houses = neighborhood(agency, share=0)
    for house in houses[:4]:
        move_in(house, agency, zone)
    release_counts(actor=SYSTEM)
    assert {cell.zoom for cell in cells()} == {COARSEST}


def test_published_counts_stay_all_week_when_partners_join_or_leave():
    agency = AgencyFactory.create()
    with time_machine.travel(TUESDAY, tick=False):
        zone, houses = neighborhood(agency, town=600)
        first = release_counts(actor=SYSTEM)
        area = square(0, 0, 1000)
        said, public = estimate(area, first), partners_by_zone()
    with time_machine.travel("2026-11-28T15:00:00Z", tick=False):
        for house in houses:
            if not house.takes_part:
                move_in(house, agency, zone)
        assert release_counts(actor=SYSTEM) == first
        assert (estimate(area, first), partners_by_zone()) == (said, public)
    with time_machine.travel("2026-11-30T06:00:00Z", tick=False):
        second = release_counts(actor=SYSTEM)
        assert estimate(area, second).partners > said.partners
        assert partners_by_zone()[zone] == 800
    assert CountRelease.objects.count() == 1


def test_an_estimate_is_near_the_truth_where_households_are_many():
    neighborhood(AgencyFactory.create(), town=600)
    west, south = WEST - 1000 / METERS_EAST, SOUTH - 1000 / METERS_NORTH
    east, north = west + 3000 / METERS_EAST, south + 3000 / METERS_NORTH
    truth = CameraPlace.objects.filter(longitude__range=(west, east), latitude__range=(south, north)).count()
    said = estimate(square(-1000, -1000, 3000), release_counts(actor=SYSTEM))
    assert said.partners == pytest.approx(truth, rel=0.25)
    assert said.around >= said.partners


def test_far_away_nobody_is_counted_and_nothing_is_said_of_the_blocks_around():
    neighborhood(AgencyFactory.create())
    said = estimate(square(30_000, 0, 500), release_counts(actor=SYSTEM))
    assert said.partners is None


def test_a_household_with_many_cameras_counts_once():
    agency = AgencyFactory.create()
    zone, houses = neighborhood(agency, share=0)
    for house in houses[:5]:
        camera = move_in(house, agency, zone)
        for name in ("Gate", "Yard", "Shed"):
            more = Camera.objects.create(
                site=camera.site, name=name, state=CameraState.ACTIVE, zone=zone, retention_hours=168
            )
            CameraPlace.objects.create(camera=more, **place_fields(Sector(house.latitude, house.longitude, 90, 90, 15)))
    release_counts(actor=SYSTEM)
    assert partners_by_zone() == {zone: 5}


@pytest.mark.parametrize("change", [{"state": CameraState.PENDING}, {"state": CameraState.RETIRED}])
def test_only_active_cameras_count(change):
    zone, _houses = neighborhood(AgencyFactory.create())
    Camera.objects.update(**change)
    release_counts(actor=SYSTEM)
    assert partners_by_zone() == {zone: None}


def test_partners_who_left_do_not_count():
    zone, _houses = neighborhood(AgencyFactory.create())
    for camera in Camera.objects.select_related("site__partner"):
        camera.site.partner.left_at = timezone.now()
        camera.site.partner.save()
    release_counts(actor=SYSTEM)
    assert partners_by_zone() == {zone: None}


def test_an_active_camera_without_a_place_is_passed_over():
    neighborhood(AgencyFactory.create())
    CameraPlace.objects.filter(camera=Camera.objects.order_by("pk").first()).delete()
    release_counts(actor=SYSTEM)
    assert CountRelease.objects.count() == 1


def test_before_the_first_release_the_public_reads_nothing():
    zone = ZoneFactory.create()
    assert partners_by_zone() == {zone: None}


def test_the_noise_of_a_cell_stays_while_its_number_stays_and_hides_one_household():
    numbers = [with_noise(12, f"17/{x}/1") for x in range(400)]
    assert numbers == [with_noise(12, f"17/{x}/1") for x in range(400)]
    assert 120 < numbers.count(12) < 280, "half of all numbers are true"
    assert {10, 11, 13, 14} <= set(numbers)
    assert min(with_noise(0, str(x)) for x in range(400)) == 0


@pytest.mark.parametrize(("count", "said"), [(0, None), (4.9, None), (5, 5), (7.4, 5), (7.5, 10), (12.5, 15), (63, 65)])
def test_numbers_are_said_in_fives(count, said):
    assert rounded(count) == said


def test_how_long_recorders_keep_is_said_of_the_whole_program_alone():
    neighborhood(AgencyFactory.create())
    Camera.objects.filter(pk__in=list(Camera.objects.values_list("pk", flat=True)[:30])).update(retention_hours=24)
    release = release_counts(actor=SYSTEM)
    assert holding(release, timedelta(hours=1)).percent == 100
    assert holding(release, timedelta(hours=200)).percent == 0
    assert 30 <= holding(release, timedelta(hours=72)).percent <= 70


def test_of_a_small_program_it_is_not_said():
    neighborhood(AgencyFactory.create(), share=0.05)
    assert Camera.objects.count() < 20
    assert holding(release_counts(actor=SYSTEM), timedelta(hours=1)) is None


def test_the_task_makes_one_release_a_week_and_an_entry_for_it():
    ZoneFactory.create()
    release_counts_task()
    release_counts_task()
    assert CountRelease.objects.count() == 1
    assert Entry.objects.filter(action="counts.released").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_releases_at_once_are_one():
    neighborhood(AgencyFactory.create())

    def release(_turn):
        try:
            return release_counts(actor=SYSTEM).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as crowd:
        made = set(crowd.map(release, range(4)))
    assert len(made) == 1
    assert CountRelease.objects.count() == 1
    assert Entry.objects.filter(action="counts.released").count() == 1
