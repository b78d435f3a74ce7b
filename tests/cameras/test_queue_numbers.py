"""The numbers beside the register: how many are in each state and wait in each zone, counted up to a limit."""

import pytest

from apps.agencies.models import Role
from apps.cameras import queue
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from tests.factories.footage_requests import camera_at
from tests.factories.people import AgencyFactory, PartnerFactory, ZoneFactory, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return staff(Role.PROGRAM_MANAGER)


def cameras(number, zone=None, state=CameraState.PENDING):
    partner = PartnerFactory.create()
    made = [camera_at(partner, state=state) for _camera in range(number)]
    Camera.objects.filter(pk__in=[one.pk for one in made]).update(zone=zone)


def test_states_and_waiting_by_zone_are_counted_in_one_query(manager, django_assert_num_queries):
    first, second = ZoneFactory.create_batch(2, agency=AgencyFactory.create())
    cameras(2, first)
    cameras(3, second, CameraState.ACTIVE)
    cameras(1)
    queue.queue_in_numbers(manager)
    with django_assert_num_queries(1 + 1):  # and the person's roles
        found = queue.queue_in_numbers(manager)
    assert (found.states[CameraState.PENDING], found.states[CameraState.ACTIVE]) == (3, 3)
    assert dict(found.zones) == {first: 2, second: 0}
    assert found.outside == 1


def test_a_register_without_zones_has_numbers_too(manager):
    cameras(2)
    cameras(1, state=CameraState.RETIRED)
    found = queue.queue_in_numbers(manager)
    assert (found.states["pending"], found.states["retired"], found.zones, found.outside) == (2, 1, [], 2)


@pytest.mark.parametrize("zones", [0, 1])
def test_no_more_is_counted_than_is_said(manager, monkeypatch, zones):
    monkeypatch.setattr(queue, "MOST", 2)
    ZoneFactory.create_batch(zones, agency=AgencyFactory.create())
    cameras(5)
    found = queue.queue_in_numbers(manager)
    assert (found.states["pending"], found.outside) == (3, 3)


def test_who_sees_no_register_gets_no_numbers():
    ZoneFactory.create(agency=AgencyFactory.create())
    cameras(2)
    assert sum(queue.queue_in_numbers(staff(Role.DETECTIVE)).states.values()) == 0
