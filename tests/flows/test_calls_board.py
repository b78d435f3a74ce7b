"""The board of calls follows dispatch by itself, says when it cannot, and one key starts a request."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from apps.agencies.models import Agency, Role
from apps.footage_requests.models import FootageRequest
from tests.factories.calls import PLACE, call_of
from tests.factories.people import AgencyFactory, ZoneFactory, staff
from tests.flows.maps import assert_drawn, east_of
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.plugins.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/admin/calls/call/"
HERE = (PLACE[1], PLACE[0])


@pytest.fixture
def agency() -> Agency:
    cache.clear()
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    return agency


@pytest.mark.parametrize("width", [390, 1280])
def test_a_call_appears_by_itself_and_the_board_says_when_it_is_cut_off(
    agency: Agency, web: Stack, new_page: NewPage, shoot: Callable[[Page, str], Path]
) -> None:
    page = desk_of(staff(Role.ANALYST, agency), new_page, web)
    page.goto(web.url + BOARD)
    expect(page.locator("#calls-rows")).to_contain_text("No call is open")
    expect(page.locator("#calls-map[data-ready=true]")).to_be_visible()
    call_of(agency, nature="Robbery in progress")
    expect(page.get_by_role("link", name="Robbery in progress")).to_be_visible()
    assert_drawn(page, "#calls-map", "calls-dots", at=HERE, beside=east_of(HERE, 3000))
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "board")
    page.context.set_offline(True)
    expect(page.locator("#calls-status")).to_contain_text("No answer since")
    page.context.set_offline(False)
    expect(page.locator("#calls-status")).to_contain_text("As of")


@pytest.mark.parametrize("width", [1280])
def test_an_analyst_prepares_a_draft_by_keyboard_and_the_detective_finds_it(
    agency: Agency, web: Stack, new_page: NewPage, shoot: Callable[[Page, str], Path]
) -> None:
    detective = staff(Role.DETECTIVE, agency)
    call_of(agency, nature="Robbery in progress", case_number="26-001")
    page = desk_of(staff(Role.ANALYST, agency), new_page, web)
    page.goto(web.url + BOARD)
    page.get_by_role("link", name="Robbery in progress").focus()
    page.keyboard.press("r")
    page.get_by_label("Detective").select_option(str(detective.public_id))
    expect(page.get_by_label("Case number")).to_have_value("26-001")
    page.get_by_label("Kind of incident").select_option("robbery")
    page.get_by_role("button", name="Prepare the draft").click()
    expect(page.locator(".messagelist")).to_contain_text("The draft is prepared.")
    assert_accessible(page)
    shoot(page, "prepared")
    page.context.close()

    page = desk_of(detective, new_page, web)
    page.goto(f"{web.url}/admin/")
    page.get_by_role("link", name=FootageRequest.objects.get().code).click()
    expect(page.get_by_text("Robbery in progress")).to_be_visible()


@pytest.mark.parametrize("width", [1280])
def test_a_detective_writes_the_request_from_the_call_by_keyboard(
    agency: Agency, web: Stack, new_page: NewPage
) -> None:
    call = call_of(agency, nature="Robbery in progress")
    page = desk_of(staff(Role.DETECTIVE, agency), new_page, web)
    page.goto(web.url + BOARD)
    page.get_by_role("link", name="Robbery in progress").focus()
    page.keyboard.press("r")
    page.get_by_label("Case number").fill("26-001")
    page.get_by_label("What happened").select_option("robbery")
    page.get_by_role("button", name="Submit to a supervisor").press("Enter")
    expect(page.locator(".messagelist")).to_contain_text("Submitted.")
    assert FootageRequest.objects.get().call == call


def busy(agency: Agency, calls: int) -> None:
    """So many open calls, each with more to say than most have; the last came first."""
    for number in range(calls):
        call_of(
            agency,
            nature=f"{number + 1}. Robbery in progress, two people with masks",
            priority=min(number // 3 + 1, 9),
            address="1650 North Monroe Street, corner of West Tharpe Street",
            latitude=PLACE[0] + number * 0.004,
            longitude=PLACE[1] - number * 0.003,
        )


@pytest.mark.parametrize(("calls", "more"), [(0, 0), (8, 0), (12, 4)])
@pytest.mark.parametrize("height", [1080, 2160])
@pytest.mark.parametrize("width", [3840])
def test_a_screen_on_the_wall_has_no_controls_large_letters_and_eight_calls(
    agency: Agency,
    web: Stack,
    new_page: NewPage,
    shoot: Callable[[Page, str], Path],
    height: int,
    calls: int,
    more: int,
) -> None:
    busy(agency, calls)
    page = desk_of(staff(Role.ANALYST, agency), new_page, web)
    page.set_viewport_size({"width": height * 16 // 9, "height": height})
    page.goto(f"{web.url}{BOARD}?wall")
    expect(page.locator("#calls-map[data-ready=true]")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.locator("[data-call]:visible")).to_have_count(calls - more)
    if calls:
        # A fiftieth of the width is an inch high on a screen of 65 inches.
        expect(page.locator(".calls th strong").first).to_have_css("font-size", f"{height * 16 / 9 / 50:g}px")
        expect(page.locator("[data-call]:visible").last).to_be_in_viewport(ratio=1)
    if more:
        expect(page.locator("#calls-more")).to_have_text(f"and {more} more")
        expect(page.locator("#calls-more")).to_be_in_viewport(ratio=1)
    assert_accessible(page)
    shoot(page, f"wall-{height}-{calls}")


@pytest.mark.parametrize("width", [1280])
def test_the_screen_of_a_room_is_opened_by_a_code_and_goes_dark_when_it_is_revoked(
    agency: Agency, web: Stack, new_page: NewPage, shoot: Callable[[Page, str], Path]
) -> None:
    desk = desk_of(staff(Role.SUPERVISOR, agency), new_page, web)
    desk.goto(f"{web.url}/admin/calls/wallscreen/")
    desk.get_by_label("Name").fill("Dispatch, north wall")
    desk.get_by_role("button", name="Allow a screen").click()
    code = desk.locator(".wall-code").inner_text()
    assert_fits(desk)
    assert_accessible(desk)
    shoot(desk, "screen-allowed")

    wall = new_page()
    wall.goto(f"{web.url}/links/code/")
    wall.get_by_label("Code").fill(code.lower())
    wall.keyboard.press("Enter")
    expect(wall.locator("#calls-map[data-ready=true]")).to_be_visible()
    expect(wall.locator("#calls-rows")).to_contain_text("No call is open")
    call_of(agency, nature="Robbery in progress")
    expect(wall.locator("#calls-rows")).to_contain_text("Robbery in progress")
    expect(wall.locator("#calls-board").get_by_role("link")).to_have_count(0)
    expect(wall.get_by_role("button")).to_have_count(0)
    assert_drawn(wall, "#calls-map", "calls-dots", at=HERE, beside=east_of(HERE, 300))
    far = east_of(HERE, 30_000)
    call_of(agency, nature="Crash", latitude=far[1], longitude=far[0])
    expect(wall.locator("#calls-rows")).to_contain_text("Crash")
    assert_drawn(wall, "#calls-map", "calls-dots", at=far, beside=east_of(HERE, 15_000))
    assert_accessible(wall)
    shoot(wall, "screen-of-the-room")

    desk.goto(f"{web.url}/admin/calls/wallscreen/")
    expect(desk.locator(".staff-role")).to_contain_text("last seen")
    shoot(desk, "screens")
    desk.get_by_role("button", name="Revoke").click()
    expect(desk.locator(".messagelist")).to_contain_text("The screen is revoked.")
    expect(wall.get_by_role("heading", level=1)).to_have_text("This screen has ended")
    expect(wall.get_by_text("Robbery in progress")).to_have_count(0)
    assert_accessible(wall)
