"""A business with many cameras: what waits, one answer for a whole site, and what is still open."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import expect

from apps.cameras.models import Site
from apps.footage_requests.models import Match
from tests.factories.sessions import sign_in
from tests.flows.walking import PHONE, walking
from tests.uploads.live import Server
from tests.web.requests.test_many_cameras import chain

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_one_tap_answers_for_a_site_and_the_rest_stays_open(web: Server):
    user, opened = chain(3, 6)
    session = sign_in(Client(), user).cookies["sessionid"].value
    with walking(web.url, PHONE) as walk:
        walk.page.context.add_cookies([{"name": "sessionid", "value": session, "url": web.url}])
        walk.go("/start/")
        expect(walk.page.get_by_role("heading", name="Requests to me")).to_be_visible()
        walk.check()
        walk.page.get_by_role("link", name="Look and answer").click()
        walk.page.get_by_role("link", name="See them and answer by site").click()
        site = Site.objects.order_by("pk").first()
        walk.check()
        walk.page.get_by_role("button", name=f"None of them saw anything {site.name}").click()
        expect(walk.page.get_by_text("Saved for 6 cameras.")).to_be_visible()
        expect(walk.page.get_by_text("12 of 18 cameras wait for your answer.")).to_be_visible()
        walk.page.get_by_label("Name of a camera or a site").fill("till shop 3")
        walk.page.keyboard.press("Enter")
        walk.page.get_by_label("No footage").first.check()
        walk.check()
        walk.page.get_by_role("button", name="Send these answers").click()
        expect(walk.page.get_by_text("11 of 18 cameras wait for your answer.")).to_be_visible()
        assert Match.objects.filter(answer="none").count() == 7
        walk.check()
