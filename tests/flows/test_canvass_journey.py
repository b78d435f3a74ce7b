"""Officers at the doors: a canvass begins at a desk, and doors are written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.canvass.models import Canvass, Visit
from tests.factories.access import map_purpose
from tests.factories.canvass import canvass, joined, visit
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, registrant
from tests.factories.sessions import sign_in
from tests.flows.maps import assert_drawn, east_of
from tests.flows.walking import DESK, PHONE, walking
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


HERE = (-84.2807, 30.4383)
Shoot = Callable[[Page, str], None]


def signed_in(page: Page, server: Server, user: User) -> None:
    session = sign_in(Client(), user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": server.url}])


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_canvass_begins_at_a_desk_and_a_door_is_added(web: Server, width: int, shoot: Shoot) -> None:
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    map_purpose(opened.author, agency, "case", number=opened.request.case.number)
    with walking(web.url, width) as walk:
        page = walk.page
        signed_in(page, web, opened.author)
        walk.go(reverse("admin:agencies_case_change", args=[opened.request.case.public_id]))
        walk.check()
        page.get_by_role("link", name="Begin a canvass").click()
        expect(page.locator("#canvass-map[data-ready]")).to_be_visible()
        page.get_by_label("Where?").fill("Around the shop on Oak Street")
        page.get_by_label("Latitude").fill("30.4383")
        page.get_by_label("Longitude").fill("-84.2807")
        page.get_by_label("Feet around it").fill("600")
        page.get_by_label("Feet around it").blur()
        assert_drawn(page, "#canvass-map", "around-line", at=east_of(HERE, 183), beside=east_of(HERE, 240))
        walk.check()
        shoot(page, "begin")
        page.get_by_role("button", name="Begin the canvass").click()
        page.get_by_label("Address").fill("12 Oak Street, Apt. 4")
        page.get_by_label("What did you find?").select_option("will_give")
        page.get_by_label("Note").fill("Camera over the garage. Ask for Monday evening.")
        walk.check()
        page.get_by_role("button", name="Add the door").click()
        expect(page.locator(".door")).to_have_count(1)
        made = Canvass.objects.get()
        visit(made, outcome="nobody_home", address="14 Oak Street", place=(30.4385, -84.2805))
        visit(made, joined(made), outcome="says_no", address="16 Oak Street", place=(30.438, -84.281), skew_s=90_000)
        walk.go(reverse("admin:canvass_canvass_change", args=[made.public_id]))
        expect(page.locator(".door:visible")).to_have_count(3)
        page.get_by_label("Only the door to come back to").check()
        expect(page.locator(".door:visible")).to_have_count(1)
        page.get_by_label("Only the door to come back to").uncheck()
        page.get_by_role("button", name="Show registered cameras near").click()
        expect(page.locator("#near-list li")).to_have_count(1)
        expect(page.locator("#canvass-map[data-ready]")).to_be_visible()
        walk.check()
        shoot(page, "canvass")
        assert Visit.objects.count() == 3


@pytest.mark.parametrize("width", [PHONE])
def test_a_canvass_reads_well_in_spanish_and_in_the_dark(web: Server, width: int, shoot: Shoot) -> None:
    made = canvass()
    visit(made, outcome="come_back", address="14 Oak Street")
    made.began_by.language = "es"
    made.began_by.save()
    with walking(web.url, width) as walk:
        signed_in(walk.page, web, made.began_by)
        walk.page.emulate_media(color_scheme="dark")
        walk.go(reverse("admin:canvass_canvass_change", args=[made.public_id]))
        expect(walk.page.get_by_role("heading", name="Puertas")).to_be_visible()
        walk.check()
        shoot(walk.page, "spanish")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_officer_writes_doors_down_on_the_phone(web: Server, width: int, shoot: Shoot) -> None:
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    map_purpose(opened.author, agency, "case", number=opened.request.case.number)
    made = canvass(opened.author, case=opened.request.case, request=opened.request)
    visit(made, outcome="says_no", address="16 Oak Street", place=(30.438, -84.281))
    with walking(web.url, width) as walk:
        page = walk.page
        signed_in(page, web, opened.author)
        walk.go(reverse("admin:canvass_canvass_change", args=[made.public_id]))
        page.get_by_role("link", name="Open it on this phone").click()
        expect(page.locator(".door")).to_have_count(1)
        walk.check()
        page.get_by_role("button", name="Add the door").click()
        expect(page.locator("#address-wrong")).to_be_visible()
        walk.check()
        page.get_by_label("Address").fill("14 Oak Street")
        page.get_by_label("Come back later").check()
        page.get_by_label("Come back at").fill("2026-12-01T18:30")
        page.get_by_role("button", name="Add the door").click()
        expect(page.locator(".door")).to_have_count(2)
        expect(page.locator("#unsent-count")).to_have_text("Everything is sent")
        page.get_by_role("button", name="Correct: 14 Oak Street").click()
        page.get_by_label("No camera").check()
        page.get_by_role("button", name="Add the door").click()
        expect(page.locator(".door", has_text="14 Oak Street")).to_contain_text("No camera")
        page.get_by_role("button", name="Show registered cameras near").click()
        expect(page.locator("#near-list li")).to_have_count(1)
        expect(page.locator("#canvass-map[data-ready]")).to_be_visible()
        walk.check()
        shoot(page, "doors")
        page.emulate_media(color_scheme="dark")
        page.context.set_offline(True)
        page.get_by_label("Address").fill("18 Oak Street")
        page.get_by_label("Nobody home", exact=True).check()
        page.get_by_role("button", name="Add the door").click()
        expect(page.locator("#unsent-count")).to_have_text("1 not sent")
        walk.check()
        shoot(page, "offline-dark")
        page.context.set_offline(False)
        page.goto(f"{web.url}{reverse('canvass:phone', args=['es'])}#{made.public_id}")
        expect(page.locator(".door")).to_have_count(3)
        walk.check()
        shoot(page, "spanish")
