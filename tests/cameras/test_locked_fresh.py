"""A camera that was waited for is read as it is then: its place and its zone too."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import connection, transaction

from apps.cameras.models import Camera, CameraPlace
from apps.cameras.services.guard import locked_camera
from tests.factories.cameras import camera
from tests.factories.people import ZoneFactory, registrant
from tests.waiting import PATIENCE_S, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_zone_and_a_place_that_changed_while_the_lock_was_waited_for_are_the_new_ones():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite lets one transaction write at a time: there is no row to wait for")
    before = ZoneFactory.create()
    after = ZoneFactory.create(agency=before.agency, code="NEW")
    _user, partner = registrant(before.agency)
    row = camera(partner)
    Camera.objects.filter(pk=row.pk).update(zone=before)
    changed, found = Event(), []

    def other():
        try:
            changed.wait(PATIENCE_S)
            with transaction.atomic():
                fresh = locked_camera(row)
                found.append((fresh.zone, fresh.place.latitude))
        finally:
            connection.close()

    waiting = Thread(target=other)
    waiting.start()
    with transaction.atomic():
        Camera.objects.filter(pk=row.pk).update(zone=after)
        CameraPlace.objects.filter(camera=row).update(latitude=30.5)
        changed.set()
        wait_until(_somebody_waits_for_a_lock, "the other one never asked for the row")
    waiting.join(PATIENCE_S)
    assert found == [(after, 30.5)]


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock')")
        return bool(cursor.fetchone()[0])
