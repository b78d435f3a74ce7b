"""Confirming and leaving, in a browser: one tap from a letter, what changed, a pause, my data, and the way out."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.cameras.models import Camera, Confirmation
from apps.cameras.services import settle_move, sweep_confirmations
from apps.cameras.states import CameraState
from apps.notifications.models import Message
from apps.privacy.closing import close_account
from tests.factories.actors import actor_for
from tests.factories.cameras import camera
from tests.factories.links import code_of
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, terms_in_force
from tests.flows.test_resident_journey import sign_in
from tests.flows.walking import DESK, PHONE, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def town(live_server, settings):
    cache.clear()
    settings.SITE_URL = live_server.url
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    terms_in_force()
    return agency


def due(agency, *names: str):
    """A partner whose cameras were confirmed a year ago, and the link in its letter."""
    user, partner = registrant(agency)
    with time_machine.travel(timezone.now() - timedelta(days=366), tick=False):
        for name in names:
            camera(partner, name=name)
    Camera.objects.update(confirmed_at=timezone.now() - timedelta(days=366))
    sweep_confirmations()
    letter = Message.objects.get(kind="camera.confirmation")
    found = re.search(r"http\S+#\S+", letter.text)
    assert found
    return user, partner, found[0]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_one_tap_from_the_letter_confirms_without_an_account(town, live_server, width):
    _user, _partner, link = due(town, "Front door", "Driveway")
    with walking(live_server.url, width) as walk:
        page = walk.page
        page.goto(link)
        button = page.get_by_role("button", name="Yes, all is as it was")
        expect(button).to_be_visible()
        assert "#" not in page.url
        expect(page.get_by_role("listitem").filter(has_text="Driveway")).to_be_visible()
        walk.check()
        assert Camera.objects.filter(confirmed_at__gt=timezone.now() - timedelta(days=1)).count() == 0
        walk.press("button[name=all]")
        expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        walk.check()
    assert Camera.objects.filter(confirmed_at__gt=timezone.now() - timedelta(days=1)).count() == 2


def test_without_script_the_code_in_the_letter_opens_the_page(town, live_server):
    _user, _partner, link = due(town, "Front door")
    address = link.partition("#")[0]
    with walking(live_server.url) as walk:
        walk.page.goto(address)
        walk.check()
        walk.page.get_by_label("Code").fill(code_of(Confirmation.objects.get().public_id).lower())
        walk.page.get_by_role("button", name="Open the page").click()
        expect(walk.page.get_by_role("button", name="Yes, all is as it was")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_changed_is_said_by_keyboard_and_the_rest_is_confirmed(town, live_server, width):
    _user, _partner, link = due(town, "Front door", "Shed")
    shed = next(one for one in Camera.objects.all() if one.name == "Shed")
    with walking(live_server.url, width) as walk:
        page = walk.page
        page.goto(link)
        expect(page.get_by_role("button", name="Yes, all is as it was")).to_be_visible()
        walk.press("summary")
        walk.check()
        page.get_by_label("Shed").select_option("moved")
        walk.press("button[name=changes]")
        expect(page.get_by_role("heading", name="We still need to know")).to_be_visible()
        walk.check()
    assert {one.name: one.state for one in Camera.objects.all()} == {
        "Front door": CameraState.ACTIVE,
        "Shed": CameraState.LAPSED,
    }
    shed.refresh_from_db()
    assert shed.reported == "moved"
    assert Confirmation.objects.get().outcome == "answered"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_closing_and_keeping_an_account_by_keyboard(town, live_server, width):
    user, partner = registrant(town)
    camera(partner)
    with walking(live_server.url, width) as walk:
        sign_in(walk, user)
        walk.go("/account/close/")
        walk.check()
        walk.press("#id_sure", "Space")
        walk.press("main form button[type=submit]")
        expect(walk.page.get_by_role("button", name="Keep my account")).to_be_visible()
        walk.check()
        walk.page.get_by_role("button", name="Keep my account").click()
        expect(walk.page.get_by_text("Everything is as it was.")).to_be_visible()
    user.refresh_from_db()
    assert user.closed_at is None


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_confirming_and_leaving_is_accessible_and_fits(town, live_server, width, language):
    user, partner, _link = due(town, "Front door", "Back door of the long house behind the garden with the tall fence")
    one = Camera.objects.order_by("pk")[0]
    found = Confirmation.objects.get()
    with walking(live_server.url, width) as walk:
        sign_in(walk, user)
        User.objects.filter(pk=user.pk).update(language=language)
        for number, path in enumerate(
            [
                "/cameras/",
                "/cameras/confirm/",
                f"/cameras/{one.public_id}/history/",
                f"/cameras/{one.public_id}/replace/",
                f"/confirm/{found.public_id}/",
                "/account/",
                "/account/moved/",
                "/account/pause/",
                "/account/data/",
                "/account/close/",
            ]
        ):
            walk.go(path)
            walk.check()
            assert walk.page.locator("html").get_attribute("lang") == language
            shoot(walk, f"{number}-{path.strip('/').replace('/', '-')[:30]}", width, language)
        settle_move(partner=partner, stayed=False, user=user, actor=actor_for(user))
        close_account(user=user, actor=actor_for(user))
        walk.go("/account/")
        walk.check()
        shoot(walk, "closed", width, language)


def shoot(walk, name: str, width: int, language: str) -> None:
    """Keeps a picture where SCREENSHOTS says."""
    if os.environ.get("SCREENSHOTS"):
        walk.page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / f"{name}-{language}-{width}.png", full_page=True)
