"""An owner sends a test clip from a phone and reads what came of it."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from apps.cameras.recorder_clock import portal_zone
from apps.evidence.models import EvidenceItem, TestClip
from apps.evidence.services import test_clips
from tests.factories.cameras import camera
from tests.factories.clips import clip
from tests.factories.people import registrant
from tests.flows.test_item_player import sign_in_as
from tests.plugins.browser import assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look_at_the_next() -> None:
    """What the worker does, a moment after the clip has come."""
    try:
        for _time in range(300):
            if due := test_clips.due_clips():
                time.sleep(1)
                test_clips.check_clip(clip_pk=due[0])
                return
            time.sleep(0.1)
    finally:
        connections.close_all()


@pytest.mark.parametrize("width", [390, 1280])
def test_an_owner_sees_in_seconds_that_the_export_plays(
    page: Page, live_server: LiveServer, settings: Settings, width: int
) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0
    user, partner = registrant()
    mine = camera(partner)
    sign_in_as(page, live_server, user)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(live_server.url + reverse("web:check_camera", args=[mine.public_id]))
    page.get_by_role("link", name="Send a test clip").click()
    assert_accessible(page)
    assert_fits(page)
    worker = threading.Thread(target=look_at_the_next)
    worker.start()
    page.get_by_label("The test clip").set_input_files(clip())
    expect(page.get_by_text("We are looking at your clip.")).to_be_visible()
    expect(page.get_by_text("Your clip plays here.")).to_be_visible(timeout=15_000)
    worker.join()
    assert_accessible(page)
    ours = timezone.now().astimezone(portal_zone())
    theirs = ours + timedelta(seconds=65)
    page.get_by_label("Our time code showed").fill(ours.strftime("%H:%M:%S"))
    page.get_by_label("The recorder showed").fill(theirs.strftime("%H:%M:%S"))
    page.get_by_label("The day on the recorder's screen").fill(theirs.date().isoformat())
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your recorder is 1 min 5 s fast.")).to_be_visible()
    assert TestClip.objects.get().removed_at is not None
    assert not EvidenceItem.objects.exists()


def test_a_file_that_is_too_large_is_refused_on_the_page(
    page: Page, live_server: LiveServer, settings: Settings
) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0
    user, partner = registrant()
    sign_in_as(page, live_server, user)
    page.goto(live_server.url + reverse("web:test_clip", args=[camera(partner).public_id]))
    page.evaluate("""() => {
        const large = new File(["x"], "day.mp4");
        Object.defineProperty(large, "size", { value: 2 ** 40 });
        const input = document.getElementById("clip-file");
        Object.defineProperty(input, "files", { value: [large] });
        input.dispatchEvent(new Event("change"));
    }""")
    expect(page.get_by_role("alert")).to_contain_text("too much for a test")
