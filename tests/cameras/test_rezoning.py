"""Cameras follow the zones when an agency changes one."""

from __future__ import annotations

import random

import pytest

from apps.agencies.models import Zone
from apps.cameras.models import Camera, Rezoning
from apps.cameras.places import zone_at
from apps.cameras.services import rezone_cameras, rezoning, start_rezoning_if_needed
from apps.cameras.states import RunState
from apps.ledger.models import Entry
from tests.factories.cameras import DOWNTOWN, pending_camera, site
from tests.factories.leaves import said_in
from tests.factories.people import SQUARE, ZoneFactory, registrant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(rezoning, "BATCH", 3)


def ring(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_a_changed_zone_moves_its_cameras():
    zone = ZoneFactory.create()
    _user, partner = registrant()
    one = pending_camera(partner)
    assert one.zone == zone
    zone.ring = ring(-80, 20, -79, 21)
    zone.save()
    started = start_rezoning_if_needed()
    assert rezone_cameras(rezoning_pk=started.pk) is True
    one.refresh_from_db()
    assert one.zone is None
    assert (one.version, one.state) == (1, "pending")
    entry = Entry.objects.get(action="cameras.rezoned")
    assert b"30.4" not in said_in([entry])


def test_it_begins_only_when_zones_changed():
    zone = ZoneFactory.create()
    first = start_rezoning_if_needed()
    assert first is not None
    assert start_rezoning_if_needed() is None
    rezone_cameras(rezoning_pk=first.pk)
    assert start_rezoning_if_needed() is None
    zone.name = "Another name"
    zone.save()
    assert start_rezoning_if_needed() is None
    zone.ring = ring(-80, 20, -79, 21)
    zone.save()
    assert start_rezoning_if_needed() is not None


def test_a_second_change_overtakes_the_first_run():
    zone = ZoneFactory.create()
    first = start_rezoning_if_needed()
    zone.ring = ring(-80, 20, -79, 21)
    zone.save()
    second = start_rezoning_if_needed()
    assert rezone_cameras(rezoning_pk=first.pk) is False
    assert rezone_cameras(rezoning_pk=second.pk) is True
    assert set(Rezoning.objects.values_list("state", flat=True)) == {RunState.OVERTAKEN, RunState.DONE}


def test_zones_of_an_agency_that_is_gone_hold_no_camera():
    zone = ZoneFactory.create()
    _user, partner = registrant()
    one = pending_camera(partner)
    zone.agency.is_active = False
    zone.agency.save()
    rezone_cameras(rezoning_pk=start_rezoning_if_needed().pk)
    one.refresh_from_db()
    assert one.zone is None


def test_all_at_once_says_what_one_by_one_says():
    _user, partner = registrant()
    home, dice = site(partner), random.Random(4)
    for _ in range(20):
        pending_camera(
            partner,
            site=home,
            latitude=DOWNTOWN[0] + dice.uniform(-0.06, 0.06),
            longitude=DOWNTOWN[1] + dice.uniform(-0.06, 0.06),
        )
    ZoneFactory.create(ring=SQUARE)
    ZoneFactory.create(ring=SQUARE)
    ZoneFactory.create(ring=ring(-84.29, 30.42, -84.27, 30.45))
    ZoneFactory.create(ring=ring(DOWNTOWN[1], 30.3, -84.1, 30.6))
    rezone_cameras(rezoning_pk=start_rezoning_if_needed().pk)
    for one in Camera.objects.select_related("place", "zone"):
        assert one.zone == zone_at(one.place.latitude, one.place.longitude)
    assert Zone.objects.filter(pk__in=Camera.objects.values("zone_id")).count() >= 2
