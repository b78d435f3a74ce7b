"""The yearly check by its pages: signed in, by the yearly letter, by the link of a request; and our time code."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.cameras.models import CameraCheck, Confirmation
from apps.cameras.recorder_clock import portal_zone
from apps.cameras.services import sweep_confirmations
from apps.ledger.models import Entry
from tests.factories.cameras import camera
from tests.factories.evidence import invitation
from tests.factories.links import post_secret, token_of
from tests.factories.people import registrant
from tests.factories.pictures import seal
from tests.factories.sessions import sign_in
from tests.uploads.live import cookie_for

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def typed(**changes: object) -> dict[str, object]:
    """The form of somebody whose recorder is 192 seconds fast."""
    ours = timezone.now().astimezone(portal_zone())
    theirs = ours + timedelta(seconds=192)
    return {
        "request_key": str(uuid.uuid4()),
        "recorder_day": theirs.date().isoformat(),
        "recorder_clock": theirs.strftime("%H:%M:%S"),
        "portal_clock": ours.strftime("%H:%M:%S"),
        "exact_ms": "40",
        **changes,
    }


def test_an_owner_answers_three_questions_and_reads_what_was_found(client: Client) -> None:
    user, partner = registrant()
    mine = camera(partner)
    sign_in(client, user)
    address = reverse("web:check_camera", args=[mine.public_id])
    page = client.get(address)
    assert "no-store" in page["Cache-Control"]
    photo = SimpleUploadedFile("clocks.png", seal(), "image/png")
    page = client.post(address, typed(hangs="yes", exports="no", picture=photo), follow=True).content.decode()
    assert "Your recorder is 3 min 12 s fast." in page
    assert "by photograph" in page
    assert "data:image/jpeg;base64," in page
    check = CameraCheck.objects.get()
    assert (check.hangs, check.exports, check.offset_s, check.exact_ms) == ("yes", "no", 192, 40)
    assert "3 min 12 s fast" in client.get(reverse("web:camera_history", args=[mine.public_id])).content.decode()
    assert Entry.objects.get(action="camera.checked").actor.role == "registrant"


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_kept(client: Client) -> None:
    user, partner = registrant()
    sign_in(client, user)
    address = reverse("web:check_camera", args=[camera(partner).public_id])
    answer = client.post(address, typed(recorder_clock="half past nine"))
    assert answer.status_code == 422
    assert "Type hours, minutes and seconds" in answer.content.decode()
    answer = client.post(address, typed(picture=SimpleUploadedFile("clocks.png", b"no picture", "image/png")))
    assert answer.status_code == 422
    assert not CameraCheck.objects.exists()


def test_the_yearly_letter_leads_to_the_check_without_an_account_and_shows_no_picture(client: Client) -> None:
    _user, partner = registrant()
    mine, gone = camera(partner, name="Porch"), camera(registrant()[1])
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        sweep_confirmations()
        letter = Confirmation.objects.get(partner=partner)
        page = reverse("web:confirmation", args=[letter.public_id])
        check = reverse("web:check_by_letter", args=[letter.public_id, mine.public_id])
        assert client.post(check, typed(hangs="yes")).status_code != 200
        assert not CameraCheck.objects.exists()
        post_secret(client, "confirmation", letter.public_id, token_of(letter.public_id))
        client.post(page, {"all": "1"})
        assert check in client.get(page).content.decode()
        said = client.post(check, typed(hangs="yes"), follow=True).content.decode()
        assert "3 min 12 s fast" in said
        assert "data:image/jpeg" not in said
        assert Entry.objects.get(action="camera.checked").actor.kind == "confirmation"
        other = reverse("web:check_by_letter", args=[letter.public_id, gone.public_id])
        assert client.post(other, typed(hangs="yes")).status_code == 404


def test_who_is_asked_for_video_compares_the_clocks_by_the_link(client: Client) -> None:
    asked = invitation()
    match = asked.matches.get()
    address = reverse("footage_requests:check_clock", args=[asked.public_id, match.public_id])
    assert client.get(address).status_code == 303
    client.cookies.load(cookie_for(asked))
    page = client.get(address).content.decode()
    assert 'name="hangs"' not in page
    assert "3 min 12 s fast" in client.post(address, typed(), follow=True).content.decode()
    assert Entry.objects.get(action="camera.checked").actor.kind == "invitation"
    assert CameraCheck.objects.get().camera_id == match.camera_id


def test_the_time_code_asks_our_clock(client: Client) -> None:
    page = client.get(reverse("web:time_code")).content.decode()
    assert reverse("web:time_now") in page
    answer = client.get(reverse("web:time_now"))
    assert abs(answer.json()["now"] / 1000 - timezone.now().timestamp()) < 60
    assert "no-store" in answer["Cache-Control"]
    assert re.search(r'role="timer"', page)
