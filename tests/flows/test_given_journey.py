"""A giver finds the video in “What I gave”, plays it, and reads who looked."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from apps.agencies.models import Role
from apps.evidence.services.footage_access import open_footage
from apps.partners.models import Membership
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.items import playable_item, purpose_for_case
from tests.factories.people import staff
from tests.factories.sessions import sign_in
from tests.flows.walking import DESK, PHONE, walking
from tests.plugins.browser import wait_until_video

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_giver_plays_the_own_video_and_reads_who_looked(live_server: LiveServer, width: int) -> None:
    item = playable_item(clip("h264", seconds=60, size="1280x720"))
    detective = staff(Role.DETECTIVE, item.agency)
    open_footage(user=detective, item=item, purpose=purpose_for_case(detective, item), session_key="s")
    owner = Membership.objects.get(partner=item.submission.partner).user
    with walking(live_server.url, width) as walk:
        session = sign_in(Client(), owner).cookies["sessionid"].value
        walk.page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        walk.go(reverse("web:given"))
        picture = walk.page.locator(".own-picture")
        expect(picture).to_have_js_property("naturalHeight", 720)
        expect(walk.page.get_by_text("Staff viewed it 1 time.")).to_be_visible()
        walk.check()
        walk.page.get_by_role("button", name="Play it").click()
        wait_until_video(walk.page, "video.readyState >= 2")
        walk.page.get_by_role("button", name="Play", exact=True).click()
        wait_until_video(walk.page, "video.currentTime > 0.3")
        expect(walk.page.get_by_text("Its giver played the file.")).to_be_visible()
        walk.check()
