"""What every map does alike: gestures, keys, paper, more contrast. The form of a call stands for all."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from PIL import Image
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.ledger.values import Actor
from apps.streets.services import load_streets
from tests.factories.people import AgencyFactory, ZoneFactory, staff
from tests.factories.sessions import sign_in
from tests.factories.streets import geojson, town
from tests.flows.maps import pixel, spot
from tests.plugins.browser import NewPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAP = "#call-map"
MIDDLE_OF_THE_CITY = (-84.325, 30.49)
CENTER = """async element => {
  const scripts = performance.getEntriesByType("resource").map((one) => one.name);
  const { mapIn } = await import(scripts.find((name) => /\\/map-base[^/]*\\.js/.test(name)));
  return mapIn(element).getCenter().toArray();
}"""

PIXEL = "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data]"


@pytest.fixture
def opened(new_page: NewPage, live_server, tmp_path):
    """Opens the form that asks where a call is, as an analyst, in a window like this; its map is drawn."""
    cache.clear()
    agency = AgencyFactory.create()
    ZoneFactory.create(agency=agency)
    roads = [geojson(tmp_path / "town.geojson", town())]
    load_streets(files=roads, name="town", actor=Actor.system("test"), approximate=True)
    session = sign_in(Client(), staff(Role.ANALYST, agency)).cookies[settings.SESSION_COOKIE_NAME].value

    def window(**options) -> Page:
        page = new_page(**options)
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(f"{live_server.url}/admin/calls/call/enter/")
        spot(page, MAP, MIDDLE_OF_THE_CITY)
        return page

    return window


def lightness(page: Page) -> float:
    red, green, blue = pixel(page.locator(MAP), 30, 60)
    return (red + green + blue) / 3


def test_one_finger_scrolls_the_page_and_leaves_the_map(opened):
    page = opened(width=390, has_touch=True)
    box = page.locator(MAP).bounding_box()
    assert box
    before = page.locator(MAP).evaluate(CENTER)
    began = page.evaluate("scrollY")
    finger = page.context.new_cdp_session(page)
    x, y = box["x"] + 150, box["y"] + 200
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(10, 160, 10):
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y - step}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("scrollY") > began + 60
    assert page.locator(MAP).evaluate(CENTER) == before


def test_enter_puts_the_pin_in_the_middle_of_the_map(opened):
    page = opened()
    page.locator(f"{MAP} canvas").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Latitude")).not_to_have_value("")
    place = [float(page.get_by_label(name).input_value()) for name in ("Longitude", "Latitude")]
    assert place == pytest.approx(page.locator(MAP).evaluate(CENTER), abs=0.000_01)


def test_in_the_dark_what_stands_on_the_map_is_dark_too(opened):
    page = opened(color_scheme="dark")
    for part in (".maplibregl-ctrl-attrib", ".maplibregl-ctrl-scale"):
        picture = Image.open(io.BytesIO(page.locator(f"{MAP} {part}").screenshot())).convert("L")
        assert sorted(picture.getdata())[len(list(picture.getdata())) // 2] < 90, f"{part} is light in the dark"


def test_on_paper_a_dark_map_is_light(opened):
    page = opened(color_scheme="dark")
    assert lightness(page) < 90
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    still = page.locator(f"{MAP} .map-still")
    red, green, blue, _alpha = still.evaluate(PIXEL, [30, 60])
    assert min(red, green, blue) > 200
    page.emulate_media(media="print")
    assert still.evaluate("still => getComputedStyle(still).display") == "block"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(still).to_have_count(0)
    spot(page, MAP, MIDDLE_OF_THE_CITY)
    assert lightness(page) < 90


@pytest.mark.parametrize("wish", [{"contrast": "more"}, {"forced_colors": "active"}], ids=["contrast", "forced colors"])
@pytest.mark.parametrize(("theme", "ground"), [("light", (255, 255, 255)), ("dark", (0, 0, 0))])
def test_who_wishes_for_more_contrast_gets_it(opened, wish, theme, ground):
    page = opened(color_scheme=theme, **wish)
    assert pixel(page.locator(MAP), 30, 60) == ground
