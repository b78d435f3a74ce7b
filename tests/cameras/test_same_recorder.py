"""One look at a recorder's clock counts for all cameras that hang on it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.cameras.check_state import check_state, last_clock_picture
from apps.cameras.models import Camera, CameraCheck, CatalogEntry, CatalogKind
from apps.cameras.recorders import cameras_beside
from apps.cameras.services import check_camera, withdraw_camera
from apps.cameras.services.checking import Stated
from apps.ledger.models import Entry
from tests.factories.actors import actor_for
from tests.factories.cameras import camera, owner_of
from tests.factories.people import registrant
from tests.factories.pictures import seal
from tests.factories.sessions import sign_in
from tests.web.checks.test_check_pages import typed

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 30, 17, 0, 0, tzinfo=UTC)  # 12:00:00 in Tallahassee
CLOCKS = {"day": date(2026, 11, 30), "recorder_clock": "12:03:12", "portal_clock": "12:00:00"}


@pytest.fixture
def three() -> list[Camera]:
    """Three cameras of one site."""
    _user, partner = registrant()
    made = [camera(partner) for _one in range(3)]
    Camera.objects.filter(pk__in=[one.pk for one in made]).update(site=made[0].site)
    return list(Camera.objects.filter(site=made[0].site).select_related("site__partner").order_by("pk"))


def checked(cameras: list[Camera], stated: Stated, key: uuid.UUID) -> CameraCheck:
    user = owner_of(cameras[0].site.partner)
    beside = [one.public_id for one in cameras[1:]]
    return check_camera(
        camera=cameras[0], stated=stated, request_key=key, user=user, actor=actor_for(user), beside=beside
    )


def test_clock_and_export_hold_for_all_and_each_has_an_entry(three: list[Camera], settings: Settings) -> None:
    settings.PORTAL_TIME_ZONE = "America/New_York"
    key = uuid.uuid4()
    with time_machine.travel(NOON, tick=False):
        for _time in range(2):
            checked(three, Stated(hangs="no", exports="yes", picture=seal(), **CLOCKS), key)
    assert CameraCheck.objects.count() == 3
    states = [check_state(one.pk) for one in three]
    assert [(one.hangs, one.exports, one.offset_s, one.source) for one in states] == [
        ("no", "yes", 192, "photograph"),
        ("", "yes", 192, "photograph"),
        ("", "yes", 192, "photograph"),
    ]
    assert CameraCheck.objects.filter(picture__isnull=False).count() == 1
    assert all(last_clock_picture(one.pk).startswith(b"\xff\xd8") for one in three)
    entries = Entry.objects.filter(action="camera.checked").order_by("pk")
    assert [entry.facts["same_recorder"] for entry in entries] == [None] + [str(three[0].public_id)] * 2


def test_what_is_said_of_one_camera_alone_is_not_said_of_others(three: list[Camera]) -> None:
    checked(three, Stated(hangs="yes"), uuid.uuid4())
    assert CameraCheck.objects.get().camera == three[0]


def test_cameras_of_other_sites_and_those_that_left_are_passed_over(three: list[Camera]) -> None:
    user = owner_of(three[0].site.partner)
    elsewhere = camera(three[0].site.partner)
    Camera.objects.filter(pk=elsewhere.pk).update(site=camera(registrant()[1]).site)
    withdraw_camera(camera=three[2], version=three[2].version, user=user, actor=actor_for(user))
    checked([*three, elsewhere], Stated(exports="yes"), uuid.uuid4())
    assert set(CameraCheck.objects.values_list("camera", flat=True)) == {three[0].pk, three[1].pk}


def test_likely_are_those_without_a_recorder_of_their_own(three: list[Camera]) -> None:
    assert [one.likely for one in cameras_beside(three[0])] == [True, True]
    doorbell = CatalogEntry.objects.create(kind=CatalogKind.CAMERA, maker="A", name="Bell")
    recorder = CatalogEntry.objects.create(kind=CatalogKind.RECORDER, maker="A", name="Box")
    three[1].catalog_entry = doorbell
    three[1].save()
    three[0].catalog_entry = three[2].catalog_entry = recorder
    three[0].save()
    three[2].save()
    assert [(one.camera, one.likely) for one in cameras_beside(three[0])] == [(three[1], False), (three[2], True)]


def test_the_page_asks_once_with_all_ticked(client: Client, three: list[Camera]) -> None:
    sign_in(client, owner_of(three[0].site.partner))
    address = reverse("web:check_camera", args=[three[0].public_id])
    page = client.get(address).content.decode()
    assert "The same recorder also records" in page
    assert page.count('name="beside"') == page.count(" checked") == 2
    only = [str(three[1].public_id)]
    said = client.post(address, typed(beside=only), follow=True).content.decode()
    assert "Your recorder is 3 min 12 s fast. It is noted for 1 other camera too." in said
    assert set(CameraCheck.objects.values_list("camera", flat=True)) == {three[0].pk, three[1].pk}
    stranger = camera(registrant()[1])
    assert client.post(address, typed(beside=[str(stranger.public_id)])).status_code == 422
