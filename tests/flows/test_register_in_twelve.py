"""A new person with a phone: from the home page to “registered” in at most twelve interactions, counted."""

from __future__ import annotations

import os
import re
import sys

import pytest
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Locator, Page, expect

from apps.cameras.catalog import read_entries
from apps.cameras.models import Camera, CameraDraft
from apps.cameras.services import load_catalog
from apps.ledger.values import Actor
from apps.partners.models import Consent
from tests.cameras.census_server import CensusServer
from tests.factories.people import AgencyFactory, ZoneFactory, terms_in_force
from tests.flows.walking import PHONE, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST = 12
HOME = {"latitude": 30.4585, "longitude": -84.2775}


@pytest.fixture(autouse=True)
def town():
    cache.clear()
    agencies = [AgencyFactory.create(name=f"{name} Department") for name in ("City Police", "County Sheriff", "Campus")]
    ZoneFactory.create(agency=agencies[0])
    terms_in_force()
    load_catalog(entries=read_entries(), actor=Actor.system("test"))
    return agencies


class Thumb:
    """Does what a person does and counts it: a tap is one, a field that was filled in is one."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name, self.done = page, name, []

    def tap(self, what: Locator) -> None:
        what.tap()
        self._did(what, "tap")

    def fill(self, what: Locator, text: str) -> None:
        what.fill(text)
        self._did(what, "fill")

    def choose(self, what: Locator, label: str) -> None:
        what.select_option(label=label)
        self._did(what, "choose")

    def answered_the_phone(self) -> None:
        """The phone itself asks whether the page may know the place; the test's browser was told beforehand."""
        self.done.append("tap: Allow")

    def _did(self, what: Locator, act: str) -> None:
        self.done.append(f"{act}: {what}")
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=f"{folder}/{self.name}-{len(self.done):02}.png", full_page=True)


def sign_up_and_accept(thumb: Thumb) -> None:
    page = thumb.page
    main = page.get_by_role("main")
    page.goto("/")
    thumb.tap(main.get_by_role("link", name="Register a camera"))
    thumb.fill(main.get_by_label("Your e-mail address"), "ada@example.org")
    thumb.tap(main.get_by_role("button", name="Send me a code"))
    page.wait_for_url("**/login/code/confirm/**")
    code = re.search(r"^\s+(\d{6})\s*$", mail.outbox[-1].body, re.M)[1]
    thumb.fill(main.get_by_label("Code"), code)  # with the last digit the page goes on by itself
    page.wait_for_url("**/join/")
    thumb.fill(main.get_by_label("Name"), "Ada Lovelace")
    thumb.tap(main.get_by_role("button", name="Tick all"))
    thumb.tap(main.get_by_role("button", name=re.compile("Accept")))
    page.wait_for_url("**/cameras/add/")
    expect(page.locator("#camera-map[data-ready=true]")).to_be_visible()


def report(thumb: Thumb, capsys: pytest.CaptureFixture[str], way: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\nhome to registered: {len(thumb.done)} interactions ({way})\n")
    assert len(thumb.done) <= MOST, thumb.done


def test_by_where_the_phone_is(live_server, capsys, town):
    phone = {"has_touch": True, "base_url": live_server.url, "geolocation": HOME, "permissions": ["geolocation"]}
    with walking(live_server.url, PHONE, **phone) as walk:
        thumb = Thumb(walk.page, "located")
        sign_up_and_accept(thumb)
        main = walk.page.get_by_role("main")
        thumb.tap(main.get_by_role("button", name="Use my location"))
        thumb.answered_the_phone()
        expect(main.get_by_text("Found.")).to_be_visible()
        thumb.choose(main.get_by_label("Which camera is it?"), "Video Doorbell Pro 2")
        thumb.tap(main.locator(".rose-grid .se"))
        walk.check()
        thumb.tap(main.get_by_role("button", name="Register this camera"))
        walk.page.wait_for_url("**/registered/")
        walk.check()
        report(thumb, capsys, "use my location")
    camera = Camera.objects.select_related("place", "site__partner", "catalog_entry").get()
    place = camera.place
    assert (place.latitude, place.longitude, place.bearing) == (HOME["latitude"], HOME["longitude"], 135)
    assert (camera.name, camera.site.name, camera.site.partner.name) == ("Front door", "Home", "Ada Lovelace")
    assert (camera.catalog_entry.name, place.field_of_view) == ("Video Doorbell Pro 2", 150)
    assert (camera.recording, camera.clock, camera.picture_height) == ("event", "automatic", 1536)
    assert camera.retention_hours == 30 * 24
    assert Consent.objects.count() == len(town)
    assert not CameraDraft.objects.exists()


def test_by_street_address(live_server, capsys, settings):
    census = CensusServer()
    settings.GEOCODER, settings.GEOCODER_URL = "census", census.url
    with walking(live_server.url, PHONE, has_touch=True, base_url=live_server.url) as walk:
        thumb = Thumb(walk.page, "address")
        sign_up_and_accept(thumb)
        main = walk.page.get_by_role("main")
        thumb.fill(main.get_by_label("Street address"), "1127 Live Oak Lane")
        thumb.tap(main.get_by_role("button", name="Find the address"))
        expect(main.get_by_text("1127 LIVE OAK LN")).to_be_visible()
        thumb.choose(main.get_by_label("Which camera is it?"), "Video Doorbell Pro 2")
        thumb.tap(main.locator(".rose-grid .n"))
        thumb.tap(main.get_by_role("button", name="Register this camera"))
        walk.page.wait_for_url("**/registered/")
        report(thumb, capsys, "street address")
    census.close()
    camera = Camera.objects.select_related("place", "site").get()
    assert (camera.place.latitude, camera.place.longitude) == (30.4585, -84.2775)
    assert camera.site.address == "1127 Live Oak Lane"
