"""The camera's form on a phone: real fingers on the map, keys on the map, a draft that outlives a dropped line."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from apps.cameras.models import Camera, CameraDraft
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, terms_in_force
from tests.flows.test_resident_journey import center_of, map_is_ready, sign_in
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def owner():
    cache.clear()
    agency = AgencyFactory.create()
    ZoneFactory.create(agency=agency)
    terms_in_force()
    return registrant(agency)[0]


def value(page: Page, name: str) -> float:
    return float(page.locator(f"[name={name}]").input_value())


def placed(walk: Walk, owner) -> Page:
    page = walk.page
    sign_in(walk, owner)
    walk.go("/cameras/add/")
    map_is_ready(page)
    page.get_by_text("Set place and view exactly").click()
    page.locator("[name=latitude]").fill("30.44")
    page.locator("[name=longitude]").fill("-84.28")
    page.locator("[name=longitude]").press("Tab")
    expect(page.locator(".handle-pin")).to_be_visible()
    page.get_by_text("Set place and view exactly").click()
    page.locator("#camera-map").scroll_into_view_if_needed()
    return page


def finger(page: Page, selector: str, dx: float, dy: float) -> None:
    """One finger from a handle to elsewhere, as the screen reports it."""
    x, y = center_of(page, selector)
    screen = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        screen.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py} for px, py in points]}
        )

    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x + dx * step / 8, y + dy * step / 8))
    touch("touchEnd")


def test_a_finger_turns_widens_and_moves_the_sector_and_the_page_stays_where_it_is(live_server, owner):
    with walking(live_server.url, PHONE, has_touch=True) as walk:
        page = placed(walk, owner)
        box = page.locator(".handle-aim").bounding_box()
        assert min(box["width"], box["height"]) >= 44
        scrolled = page.evaluate("scrollY")
        finger(page, ".handle-aim", 70, 60)
        assert 20 <= value(page, "bearing") <= 160
        feet, wide = value(page, "range_ft"), value(page, "field_of_view")
        finger(page, ".handle-edge", -25, 35)
        assert value(page, "field_of_view") != wide
        latitude = value(page, "latitude")
        finger(page, ".handle-pin", 10, 40)
        assert value(page, "latitude") < latitude
        assert value(page, "range_ft") == feet
        assert page.evaluate("scrollY") == scrolled


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_keys_turn_widen_and_move_the_sector(live_server, owner, width):
    with walking(live_server.url, width) as walk:
        page = placed(walk, owner)
        walk.tab_to(".handle-pin")
        latitude = value(page, "latitude")
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Shift+ArrowUp")
        assert 10 < (value(page, "latitude") - latitude) * 111_000 < 12
        walk.tab_to(".handle-aim")
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        assert value(page, "bearing") == 15
        page.keyboard.press("Shift+ArrowUp")
        assert value(page, "range_ft") == 85
        expect(page.locator(".handle-aim")).to_have_attribute("aria-valuetext", "15°, 85 ft")
        walk.tab_to(".handle-edge")
        page.keyboard.press("ArrowLeft")
        assert value(page, "field_of_view") == 85
        walk.check()


def test_what_is_typed_is_kept_survives_a_dropped_line_and_comes_back(live_server, owner):
    with walking(live_server.url, PHONE) as walk:
        page = walk.page
        sign_in(walk, owner)
        walk.go("/cameras/add/")
        map_is_ready(page)
        page.get_by_label("Name of the camera").fill("Garden")
        status = page.locator("#draft-status")
        expect(status).to_contain_text("What you type is kept")
        page.context.set_offline(True)
        page.get_by_label("Name of the camera").fill("Garden gate")
        expect(status).to_contain_text("Not saved yet")
        page.context.set_offline(False)
        expect(status).to_contain_text("What you type is kept")
        walk.check()
        walk.go("/cameras/add/")
        expect(page.get_by_label("Name of the camera")).to_have_value("Garden gate")
        expect(page.get_by_text("Here is what you typed")).to_be_visible()
        walk.check()
        page.get_by_role("button", name="Throw it away").click()
        expect(page.get_by_label("Name of the camera")).to_have_value("Front door")
    assert not CameraDraft.objects.exists()
    assert not Camera.objects.exists()
