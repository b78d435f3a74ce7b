"""An owner compares the recorder's clock with ours, on a phone whose own clock is an hour wrong."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from apps.cameras.models import CameraCheck
from apps.cameras.recorder_clock import portal_zone
from tests.factories.cameras import camera
from tests.factories.people import registrant
from tests.factories.pictures import seal
from tests.flows.test_item_player import sign_in_as
from tests.plugins.browser import assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WRONG = "const now = Date.now; Date.now = () => now() + 3_600_000;"


def off_by(read: str) -> float:
    """Seconds between a time of day and ours now."""
    ours = timezone.now().astimezone(portal_zone()).replace(tzinfo=None)
    plain = re.sub(r"\.\d", "", read).replace("\u202f", " ")
    at = datetime.combine(ours.date(), datetime.strptime(plain, "%I:%M:%S %p").time())  # noqa: DTZ007 - a wall clock
    return abs((at - ours).total_seconds()) % 86_400


@pytest.mark.parametrize("width", [390, 1280])
def test_an_owner_finds_out_how_fast_the_recorder_is(
    page: Page, live_server: LiveServer, settings: Settings, tmp_path: Path, width: int
) -> None:
    settings.PORTAL_TIME_ZONE = "America/New_York"
    user, partner = registrant()
    mine = camera(partner)
    sign_in_as(page, live_server, user)
    page.set_viewport_size({"width": width, "height": 844})
    page.add_init_script(WRONG)
    page.goto(live_server.url + reverse("web:check_camera", args=[mine.public_id]))
    take = page.get_by_role("button", name="Take our time now")
    expect(take).to_be_enabled()
    expect(page.locator("[data-exact]")).to_contain_text("Exact to within")
    assert off_by(page.locator("[data-clock]").inner_text()) < 30
    assert_accessible(page)
    assert_fits(page)
    take.click()
    ours = page.get_by_label("Our time code showed").input_value()
    assert off_by(ours) < 30
    expect(page.get_by_label("The recorder showed")).to_be_focused()
    theirs = datetime.strptime(ours, "%I:%M:%S %p") + timedelta(seconds=65)  # noqa: DTZ007 - a wall clock
    page.get_by_label("The recorder showed").fill(theirs.strftime("%I:%M:%S %p"))
    page.get_by_text("Or photograph both clocks").click()
    photo = tmp_path / "clocks.png"
    photo.write_bytes(seal())
    page.get_by_label("A photograph of both clocks").set_input_files(photo)
    page.get_by_role("group", name="Can you export video?").get_by_text("Yes").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Your recorder is 1 min 5 s fast.")).to_be_visible()
    assert CameraCheck.objects.get().source == "photograph"
    assert_accessible(page)
