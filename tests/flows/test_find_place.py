"""An owner without GPS finds the house: typing, choosing, dragging, on a phone and at a desk, by finger and by keys."""

from __future__ import annotations

import os
import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from apps.cameras.models import Camera
from apps.ledger.values import Actor
from apps.streets.services import load_streets
from tests.cameras.census_server import CensusServer
from tests.factories.cameras import pending_camera
from tests.factories.imports import checked, csv_of, received
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, terms_in_force
from tests.factories.streets import geojson, town
from tests.flows.test_camera_form_by_hand import finger, value
from tests.flows.test_imports_journey import sign_in
from tests.flows.test_resident_journey import map_is_ready
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUSE = "1250 North Monroe Street, 32303"


@pytest.fixture(autouse=True)
def owner(tmp_path):
    cache.clear()
    load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))
    agency = AgencyFactory.create()
    ZoneFactory.create(agency=agency)
    terms_in_force()
    return registrant(agency)


def shot(walk: Walk, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        walk.page.screenshot(path=f"{folder}/{name}-{walk.width}.png", full_page=True)


def options(page: Page):
    return page.get_by_role("listbox", name="Places").get_by_role("option")


def place(page: Page) -> tuple[float, float]:
    return value(page, "latitude"), value(page, "longitude")


def test_on_a_phone_a_tap_on_a_suggestion_places_the_pin_and_a_drag_stays(live_server, owner):
    with walking(live_server.url, PHONE, has_touch=True) as walk:
        page = walk.page
        sign_in(walk, owner[0])
        walk.go("/cameras/add/")
        map_is_ready(page)
        page.get_by_label("Name of the camera").fill("Front door")
        page.get_by_label("What do you call this place?").fill("Home")
        address = page.get_by_role("combobox", name="Street address")
        address.press_sequentially("1250 n monr")
        expect(options(page)).to_have_text([HOUSE])
        assert options(page).first.bounding_box()["height"] >= 44
        shot(walk, "offered")
        walk.check()
        options(page).first.tap()
        expect(address).to_have_value(HOUSE)
        expect(page.get_by_text("Found. Drag the pin")).to_be_visible()
        expect(options(page)).to_have_count(0)
        found = place(page)
        assert found == pytest.approx((30.4551, -84.2799), abs=0.001)
        page.locator("#camera-map").scroll_into_view_if_needed()
        expect(page.locator(".handle-pin")).to_be_visible()
        shot(walk, "chosen")
        finger(page, ".handle-pin", 10, 40)
        dragged = place(page)
        assert dragged != found
        page.locator(".rose-grid .se input").press("Space")
        expect(page.locator("#id_bearing")).to_have_value("135")
        page.get_by_role("button", name="Register this camera").last.tap()
        page.wait_for_url("**/registered/")
        camera = Camera.objects.select_related("place", "site").get()
        assert (camera.place.latitude, camera.place.longitude) == pytest.approx(dragged, abs=1e-5)
        assert camera.site.address == HOUSE


def test_a_look_up_that_answers_late_moves_no_pin_that_was_dragged_meanwhile(live_server, owner, settings):
    census = CensusServer()
    settings.GEOCODER, settings.GEOCODER_URL = "census", census.url
    with walking(live_server.url, PHONE, has_touch=True) as walk:
        page = walk.page
        sign_in(walk, owner[0])
        walk.go("/cameras/add/")
        map_is_ready(page)
        # The answer waits at the door until the pin was dragged.
        held = []
        page.route("**/cameras/find/", lambda route: held.append(route))
        address = page.get_by_role("combobox", name="Street address")
        address.fill("1127 Live Oak Lane")
        page.get_by_role("button", name="Find the address").tap()
        expect(page.get_by_text("Looking for it")).to_be_visible()
        address.fill("monroe & 4th")
        expect(options(page)).to_have_text(["North Monroe Street & 4th Avenue"])
        options(page).first.tap()
        page.locator("#camera-map").scroll_into_view_if_needed()
        expect(page.locator(".handle-pin")).to_be_visible()
        finger(page, ".handle-pin", 10, 40)
        dragged = place(page)
        with page.expect_response("**/cameras/find/"):
            held[0].continue_()
        expect(page.get_by_text("Looking for it")).to_have_count(0)
        assert place(page) == dragged
        assert "LIVE OAK" not in page.locator("#find-status").inner_text()
        page.unroute("**/cameras/find/")
        page.get_by_role("button", name="Find the address").tap()
        expect(page.get_by_text("1127 LIVE OAK LN")).to_be_visible()
        assert place(page) == (30.4585, -84.2775)
    census.close()


def test_a_device_that_answers_late_moves_no_pin_either(live_server, owner):
    with walking(live_server.url, PHONE) as walk:
        page = walk.page
        page.add_init_script(
            "navigator.geolocation.getCurrentPosition = (found) => { window.answerNow = () =>"
            " found({coords: {latitude: 30.5, longitude: -84.2}}); };"
        )
        sign_in(walk, owner[0])
        walk.go("/cameras/add/")
        page.get_by_role("button", name="Use my location").click()
        page.get_by_role("combobox", name="Street address").fill("1250 N Monroe")
        options(page).first.click()
        found = place(page)
        page.evaluate("answerNow()")
        assert place(page) == found
        expect(page.locator("#locate-status")).to_have_text("")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_by_keys_alone_and_said_in_words(live_server, owner, width):
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, owner[0])
        walk.go("/cameras/add/")
        map_is_ready(page)
        walk.type_into("[name=site_address]", "monroe")
        search = page.get_by_role("combobox", name="Street address")
        expect(options(page)).to_have_count(2)
        expect(search).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_text("Places found: 2.")).to_be_visible()
        page.keyboard.press("ArrowUp")
        expect(options(page).last).to_have_attribute("aria-selected", "true")
        assert search.get_attribute("aria-activedescendant") == options(page).last.get_attribute("id")
        shot(walk, "keys")
        walk.check()
        page.keyboard.press("Escape")
        expect(options(page)).to_have_count(0)
        expect(search).to_have_value("monroe")
        page.keyboard.press("ArrowDown")
        expect(options(page)).to_have_count(2)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page.get_by_text("in the middle of this street")).to_be_visible()
        expect(search).to_have_value("monroe")
        assert place(page)[0] > 30
        page.keyboard.type(" zyzzyva")
        expect(
            page.get_by_text("Nothing of that name. Try the street alone, or show the place on the map.")
        ).to_be_visible()
        walk.check()


def test_a_camera_that_is_there_is_moved_by_the_search_above_its_map(live_server, owner):
    camera = pending_camera(owner[1])
    with walking(live_server.url, PHONE, has_touch=True) as walk:
        page = walk.page
        sign_in(walk, owner[0])
        walk.go(f"/cameras/{camera.public_id}/")
        map_is_ready(page)
        search = page.get_by_role("combobox", name="Find a street, a corner or an address")
        search.press_sequentially("monroe & 4th")
        expect(options(page)).to_have_text(["North Monroe Street & 4th Avenue"])
        shot(walk, "edit")
        search.press("Enter")
        assert place(page) == (30.45, -84.28)
        expect(page.locator(".handle-pin")).to_be_visible()
        walk.check()


def test_at_a_place_that_is_known_the_search_stands_above_the_map_and_at_a_new_one_in_the_address(live_server, owner):
    pending_camera(owner[1])
    with walking(live_server.url, PHONE) as walk:
        page = walk.page
        sign_in(walk, owner[0])
        walk.go("/cameras/add/")
        above = page.get_by_label("Find a street, a corner or an address")
        expect(above).to_be_visible()
        page.get_by_label("At a new place").check()
        expect(above).to_be_hidden()
        expect(page.get_by_role("combobox", name="Street address")).to_be_visible()


def test_in_spanish(live_server, owner):
    with walking(live_server.url, PHONE, locale="es-US") as walk:
        page = walk.page
        sign_in(walk, owner[0])
        walk.go("/sites/add/")
        search = page.get_by_role("combobox")
        search.press_sequentially("1250 n monr")
        expect(page.get_by_role("option")).to_have_text([HOUSE])
        expect(page.get_by_text("Lugares encontrados: 1")).to_be_visible()
        shot(walk, "site-es")
        walk.check()
        page.get_by_role("option").click()
        expect(search).to_have_value(HOUSE)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("header", ["latitude,longitude", "coordinates"])
def test_a_row_that_needs_a_place_gets_it_from_the_search_and_the_map(live_server, owner, width, header):
    user, partner = owner
    rows = csv_of("Shop,Door" + "," * len(header.split(",")), header=f"site,name,{header}")
    camera_import = checked(received(rows, partner=partner, user=user))
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, user)
        walk.go(f"/cameras/import/{camera_import.public_id}/rows/2/")
        search = page.get_by_role("combobox", name="Find a street, a corner or an address")
        search.press_sequentially("1250 n monroe")
        expect(options(page)).to_have_text([HOUSE])
        search.press("ArrowDown")
        search.press("Enter")
        expect(page.locator("#row-map[data-ready=true]")).to_be_visible()
        expect(page.locator(".handle-pin")).to_be_visible()
        shot(walk, "row")
        walk.check()
        page.get_by_role("button", name="Save and check this row").click()
        page.wait_for_url(re.compile("/cameras/import/[^/]+/$"))
        expect(page.get_by_role("button", name="Import 1 camera")).to_be_visible()


def test_without_a_script_the_address_is_a_field_and_the_button_finds_it(live_server, owner):
    with walking(live_server.url, PHONE, java_script_enabled=False) as walk:
        page = walk.page
        sign_in(walk, owner[0])
        walk.go("/cameras/add/")
        expect(page.get_by_role("combobox", name="Street address")).to_have_count(0)
        page.get_by_role("textbox", name="Street address").fill("1250 N Monroe")
        page.get_by_role("button", name="Find the address").click()
        expect(page.get_by_text(f"Found: {HOUSE}")).to_be_visible()
        assert value(page, "latitude") == pytest.approx(30.4551, abs=0.001)
