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
from tests.flows.test_staff_desk import desk_of, no_wider_than_its_window
from tests.plugins.browser import NewPage, assert_accessible
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
    assert no_wider_than_its_window(page)
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


@pytest.mark.parametrize("width", [3840])
def test_a_screen_on_the_wall_has_no_controls_and_large_letters(
    agency: Agency, web: Stack, new_page: NewPage, shoot: Callable[[Page, str], Path]
) -> None:
    call_of(agency, nature="Robbery in progress")
    page = desk_of(staff(Role.ANALYST, agency), new_page, web)
    page.set_viewport_size({"width": 3840, "height": 2160})
    page.goto(f"{web.url}{BOARD}?wall")
    expect(page.get_by_role("navigation")).to_have_count(0)
    expect(page.get_by_role("button")).to_have_count(0)
    letters = page.locator(".calls th strong").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
    assert letters >= 70  # an inch high on a screen of 65 inches
    assert_accessible(page)
    shoot(page, "wall")
