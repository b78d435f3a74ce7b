"""A list worked with for a day: columns, views, an export, and a selection that stays while pages are turned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.cameras.models import Camera, Site
from apps.lists.models import ListExport, ListView
from tests.factories.cameras import DOWNTOWN, pending_camera
from tests.factories.people import PartnerFactory, ZoneFactory, registrant, staff
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REGISTER = "/admin/cameras/camera/"


@pytest.fixture
def manager(web: Server) -> object:
    """A manager, and a register with two pages that wait."""
    zone = ZoneFactory.create()
    for step in (1, 2):
        pending_camera(registrant(zone.agency)[1], latitude=DOWNTOWN[0] + step / 100)
    sites = Site.objects.bulk_create([Site(partner=PartnerFactory.create(), name="Home") for _ in range(57)])
    Camera.objects.bulk_create([Camera(site=site, name="Front", zone=zone, retention_hours=200) for site in sites])
    pending_camera(registrant(zone.agency)[1], latitude=DOWNTOWN[0] - 0.01)
    return staff(Role.PROGRAM_MANAGER, zone.agency)


def boxes(page: Page) -> list[str]:
    return [str(one.get_attribute("value")) for one in page.locator("input.action-select").all()]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_selection_stays_over_pages_and_filters_and_each_tab_has_its_own(
    web: Server, new_page: NewPage, shoot: Callable[[Page, str], Path], manager: object, width: int
) -> None:
    page = desk_of(manager, new_page, web)
    page.goto(f"{web.url}{REGISTER}")
    said, clear = page.locator(".list-selected"), page.get_by_role("button", name="Clear the selection")
    expect(said).to_have_text("Nothing is selected")
    expect(clear).to_be_hidden()
    first = boxes(page)[:2]
    for box in first:
        page.locator(f"input.action-select[value='{box}']").check()
    expect(said).to_have_text("2 selected")
    page.get_by_role("link", name="Next").click()
    expect(said).to_have_text("2 selected, 2 of them on other pages")
    page.locator("input.action-select").last.focus()
    page.keyboard.press("Space")
    expect(said).to_have_text("3 selected, 2 of them on other pages")
    assert_accessible(page)
    assert_fits(page)
    shoot(page, "list-selection")
    other = page.context.new_page()
    other.goto(f"{web.url}{REGISTER}")
    expect(other.locator(".list-selected")).to_have_text("Nothing is selected")
    other.close()
    page.goto(f"{web.url}{REGISTER}?state__exact=all")
    expect(said).to_contain_text("3 selected")
    page.locator("select[name=action]").select_option("approve_chosen")
    page.get_by_role("button", name="Go").click()
    expect(page.locator("input[name=camera]")).to_have_count(3)
    assert_accessible(page)
    page.get_by_label("Why do you review").fill("After the meeting.")
    page.get_by_role("button", name="Approve them").click()
    expect(page.get_by_role("heading", name="3 registrations approved")).to_be_visible()
    page.goto(f"{web.url}{REGISTER}")
    expect(said).to_have_text("Nothing is selected")
    page.locator("#action-toggle").check()
    expect(said).to_have_text("50 selected")
    clear.click()
    expect(said).to_have_text("Nothing is selected")
    expect(page.locator("input.action-select:checked")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_a_list_is_shaped_kept_and_exported(
    web: Server,
    new_page: NewPage,
    shoot: Callable[[Page, str], Path],
    manager: object,
    scheme: Literal["dark", "light"],
) -> None:
    page = desk_of(manager, new_page, web)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{web.url}{REGISTER}?state__exact=all")
    page.get_by_text("Columns", exact=True).click()
    shoot(page, "list-columns")
    assert_accessible(page)
    page.get_by_label("Zone", exact=True).uncheck()
    page.get_by_role("button", name="Show them").click()
    expect(page.locator("th.column-zone_or_none")).to_have_count(0)
    page.get_by_role("link", name="Keep this view").click()
    expect(page.get_by_label("Name")).to_be_visible()  # the next page is there
    assert_accessible(page)
    page.get_by_label("Name").fill("All without zones")
    page.get_by_role("button", name="Keep this view").click()
    tab = page.get_by_role("navigation", name="Views of this list").get_by_role("link", name="All without zones")
    expect(tab).to_have_attribute("aria-current", "page")
    assert_accessible(page)
    assert_fits(page)
    shoot(page, "list-view")
    page.get_by_role("link", name="Keep or change views").click()
    shoot(page, "list-views")
    assert_accessible(page)
    page.go_back()
    page.get_by_role("link", name="Export as CSV").click()
    shoot(page, "list-export")
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("What are these rows for?").fill("For the quarterly review.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the CSV file").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert len(text.splitlines()) == 61
    assert ListExport.objects.get().rows == 60
    assert ListView.objects.get().filters == {"state__exact": ["all"]}
