"""The staff's first page and the partner map, as a program manager and a detective meet them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.ledger.models import Entry
from tests.factories.access import agreed_to_places
from tests.factories.calls import call_of
from tests.factories.cameras import DOWNTOWN, camera
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, staff
from tests.factories.sessions import sign_in
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def desk_of(user: User, new_page: NewPage, web: Server, **options: Any) -> Page:
    """A window in which the person is signed in with the second factor; `options` as `new_page` takes them."""
    page = new_page(**options)
    session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": web.url}])
    return page


@pytest.mark.parametrize("width", [390, 1280])
def test_a_program_manager_reads_the_figures_and_the_zones(
    web: Server, new_page: NewPage, shoot: Callable[[Page, str], Path]
) -> None:
    zone = ZoneFactory.create()
    _user, partner = registrant(zone.agency)
    for _ in range(6):
        camera(partner)
    page = desk_of(staff(Role.PROGRAM_MANAGER, zone.agency), new_page, web)
    page.goto(f"{web.url}/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    expect(page.get_by_role("row", name=zone.name)).to_contain_text("6")
    main = page.get_by_role("navigation", name="Main")
    expect(main.get_by_role("link", name="Today")).to_have_attribute("aria-current", "true")
    inside = page.get_by_role("navigation", name="Today")
    expect(inside.get_by_role("link", name="Today")).to_have_attribute("aria-current", "page")
    expect(main.get_by_role("link", name="Map and calls")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "today")


@pytest.mark.parametrize("width", [390, 1280])
def test_a_detective_says_why_and_lists_cameras_without_touching_the_map(
    web: Server, new_page: NewPage, shoot: Callable[[Page, str], Path]
) -> None:
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    camera(partner, name="Porch camera")
    detective = staff(Role.DETECTIVE, agency)
    agreed_to_places(detective, agency, "26-000815")
    page = desk_of(detective, new_page, web)
    page.goto(f"{web.url}/admin/map/")
    assert_accessible(page)
    page.get_by_label("Case number").fill("26-000815")
    page.get_by_label("Reason").fill("Who may have seen the van")
    page.keyboard.press("Enter")

    expect(page.get_by_text("Who may have seen the van")).to_be_visible()
    assert not Entry.objects.filter(action="camera.place_viewed").exists()
    page.get_by_label("Latitude").fill(str(DOWNTOWN[0]))
    page.get_by_label("Longitude").fill(str(DOWNTOWN[1]))
    page.get_by_role("button", name="List the cameras").click()

    expect(page.get_by_role("listitem").filter(has_text="Porch camera")).to_be_visible()
    assert Entry.objects.filter(action="camera.place_viewed").count() == 1
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "partner-map")


def test_the_map_shows_what_is_in_view_after_a_press(web: Server, new_page: NewPage) -> None:
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    camera(partner, name="Porch camera")
    call_of(agency, latitude=DOWNTOWN[0], longitude=DOWNTOWN[1])
    page = desk_of(staff(Role.DETECTIVE, agency), new_page, web)
    page.goto(f"{web.url}/admin/map/")
    name_a_call(page)
    page.get_by_role("button", name="Show the cameras in view").click()
    expect(page.get_by_role("status")).to_contain_text("cameras in view: 1")


def name_a_call(page: Page) -> None:
    """The call downtown that is on the board; what a case would ask is hidden."""
    page.get_by_label("What do you need access for?").select_option("call")
    expect(page.get_by_label("Case number")).to_be_hidden()
    page.get_by_label("Which call?").select_option(index=1)
    page.get_by_label("Reason").fill("Who may have seen the van")
    page.get_by_role("button", name="Record the purpose and open the map").click()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_case_without_approval_asks_a_supervisor_who_agrees_with_two_taps(
    web: Server, new_page: NewPage, shoot: Callable[[Page, str], Path]
) -> None:
    agency = AgencyFactory.create()
    ZoneFactory.create(agency=agency)
    detective, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    page = desk_of(detective, new_page, web)
    page.goto(f"{web.url}/admin/map/")
    page.get_by_label("Case number").fill("26-000815")
    page.get_by_label("Reason").fill("Who may have seen the van")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nobody has approved anything for this case yet")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    shoot(page, "ask-for-places")
    page.get_by_role("button", name="Ask a supervisor").click()
    expect(page.get_by_text("Your supervisors have a mail.")).to_be_visible()

    desk = desk_of(supervisor, new_page, web)
    desk.goto(f"{web.url}/admin/")
    shoot(desk, "today-places-asked")
    desk.get_by_role("link", name="26-000815").click()
    assert_fits(desk)
    assert_accessible(desk)
    shoot(desk, "places-request")
    desk.get_by_role("button", name="Agree").click()
    expect(desk.get_by_text("Agreed. The person who asked gets a mail")).to_be_visible()

    page.reload()
    shoot(page, "places-agreed")
    page.get_by_role("link", name="Open the partner map").click()
    page.get_by_label("Case number").fill("26-000815")
    page.get_by_label("Reason").fill("Who may have seen the van")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have access for: a case")).to_be_visible()
