"""The page of the test clip: how to make one, what came of it, and both clocks in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.cameras.check_state import check_state
from apps.cameras.models import Camera, CameraCheck
from apps.evidence.models import TestClip
from apps.evidence.states import ClipState
from apps.uploads.models import Upload
from apps.web.checks.clip_words import time_in_words
from tests.factories.cameras import camera
from tests.factories.people import registrant
from tests.factories.sessions import sign_in
from tests.web.checks.test_check_pages import typed

pytestmark = pytest.mark.django_db
CAME = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


@pytest.fixture
def mine(client: Client) -> Camera:
    user, partner = registrant()
    sign_in(client, user)
    return camera(partner)


def clip_of(of: Camera, *, filename: str = "clip.mp4", beginning: str = "", **check: str) -> TestClip:
    now = timezone.now()
    upload = Upload.objects.create(
        scope=f"clip:{of.public_id}", length=5, offset=5, filename=filename, received_at=now, expires_at=now
    )
    return TestClip.objects.create(
        camera=of,
        upload=upload,
        received_at=now,
        beginning=beginning,
        check_made=CameraCheck.objects.create(camera=of, **check) if check else None,
        state=ClipState.CHECKED if check else ClipState.RECEIVED,
    )


def page_of(client: Client, of: Camera) -> str:
    return client.get(reverse("web:test_clip", args=[of.public_id])).content.decode()


def test_the_check_leads_to_it_and_it_says_what_becomes_of_the_file(client: Client, mine: Camera) -> None:
    check = client.get(reverse("web:check_camera", args=[mine.public_id])).content.decode()
    assert reverse("web:test_clip", args=[mine.public_id]) in check
    page = page_of(client, mine)
    assert "It is no evidence and belongs to no request." in page
    assert "deleted, after a day at" in page
    assert reverse("web:time_code") in page
    assert 'name="recorder_clock"' not in page


def test_a_clip_that_waits_says_so(client: Client, mine: Camera) -> None:
    clip_of(mine)
    page = page_of(client, mine)
    assert "We are looking at your clip." in page
    assert 'type="file"' not in page


def test_what_does_not_play_comes_with_what_to_do(client: Client, mine: Camera) -> None:
    clip_of(mine, filename="clip.dav", exports="yes", plays="no", problem="unknown_format")
    page = page_of(client, mine)
    assert "Your recorder exports, but the clip does not play here." in page
    assert "No decoder here knows this format." in page
    assert "export as MP4 or AVI" in page


def test_what_is_no_video_is_asked_for_again(client: Client, mine: Camera) -> None:
    clip_of(mine, filename="clip.txt", plays="no", problem="text")
    page = page_of(client, mine)
    assert "This is no video from a recorder." in page
    assert 'name="recorder_clock"' not in page


def test_both_clocks_in_a_clip_are_the_offset_and_its_source(client: Client, mine: Camera) -> None:
    clip_of(mine, filename="clip.dav", exports="yes", plays="no", problem="unknown_format")
    address = reverse("web:test_clip", args=[mine.public_id])
    answer = client.post(address, typed(recorder_clock="soon"))
    assert answer.status_code == 422
    assert "3 min 12 s fast" in client.post(address, typed(), follow=True).content.decode()
    assert check_state(mine.pk).source == "clip"
    assert "(in a test clip, " in check_state(mine.pk).clock_words


def test_strangers_find_no_page(client: Client, mine: Camera) -> None:
    sign_in(client, registrant()[0])
    assert client.get(reverse("web:test_clip", args=[mine.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=-90), "it was recorded a moment ago"),
        (timedelta(hours=-5, minutes=3), "in another time zone"),
        (timedelta(hours=2, minutes=27), "2 h 27 min 0 s from now. The recorder's clock is probably fast"),
        (timedelta(days=-900), "900 d 0 h 0 min before it came"),
    ],
)
def test_the_time_in_the_file_is_told_and_never_becomes_an_offset(ahead: timedelta, words: str) -> None:
    assert words in time_in_words((CAME + ahead).isoformat(), CAME)


def test_a_file_without_a_time_sends_to_the_clocks() -> None:
    assert "Compare the clocks below" in time_in_words(None, CAME)
