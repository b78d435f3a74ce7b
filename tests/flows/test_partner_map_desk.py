"""The partner map as a detective works with it: counts first, then cameras, filters, search, a length, a request."""

from __future__ import annotations

import math
import re
from datetime import timedelta

import numpy as np
import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.counts.grid import COARSEST, Cell
from apps.counts.models import CountCell
from apps.counts.services import release_counts
from apps.geo.mercator import unit_points
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.streets.services import load_streets
from tests.factories.access import map_purpose
from tests.factories.cameras import DOWNTOWN, camera, site
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, staff
from tests.factories.sessions import sign_in
from tests.factories.streets import geojson, town
from tests.flows.maps import assert_drawn, east_of, spot
from tests.plugins.browser import NewPage, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = (DOWNTOWN[1], DOWNTOWN[0])
SIZES = pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])


def downtown() -> Cell:
    """The square that downtown is counted in: with two cameras in the city, one of the largest."""
    [(x, y)] = unit_points(np.array([HERE])) * 2**COARSEST
    return Cell(COARSEST, int(x), int(y))


def middle(cell: Cell) -> tuple[float, float]:
    side = 2.0**-cell.zoom
    x, y = (cell.x + 0.5) * side, (cell.y + 0.5) * side
    return x * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))


@pytest.fixture
def agency(tmp_path):
    cache.clear()
    agency = AgencyFactory.create(short_name="TPD")
    ZoneFactory.create(agency=agency, name="Midtown")
    roads = [geojson(tmp_path / "town.geojson", town())]
    load_streets(files=roads, name="town", actor=Actor.system("test"), approximate=True)
    _user, partner = registrant(agency)
    camera(partner, name="Porch camera", retention_hours=24)
    camera(partner, name="Yard camera", retention_hours=24 * 14, longitude=DOWNTOWN[1] + 0.001)
    release_counts(actor=Actor.system("test"))
    CountCell.objects.update(partners=0)
    CountCell.objects.filter(**downtown()._asdict()).update(partners=25)
    return agency


@pytest.fixture
def desk(new_page: NewPage, live_server, agency):
    """Opens the map as a detective; with `purpose` for a call downtown."""

    def opened(path: str = "", *, purpose: bool = True, **options) -> Page:
        detective = staff(Role.DETECTIVE, agency)
        if purpose:
            map_purpose(detective, agency, near=DOWNTOWN)
        page = new_page(**options)
        session = sign_in(Client(), detective).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(f"{live_server.url}/admin/map/{path}")
        return page

    return opened


def show_cameras(page: Page) -> None:
    page.get_by_role("button", name="Show the cameras in view").click()
    expect(page.locator("#map-status")).to_contain_text("cameras in view: 2")


@SIZES
def test_without_a_purpose_there_are_counts_on_squares(desk, width, theme, shoot):
    page = desk(purpose=False, width=width, color_scheme=theme)
    place = middle(downtown())
    spot(page, "#counts-map", place, "counts-text")
    assert_drawn(page, "#counts-map", "counts", at=east_of(place, -150), beside=east_of(place, 2500))
    page.get_by_text("Partners by zone").click()
    expect(page.get_by_role("row", name="Midtown")).to_contain_text("fewer than 5")
    assert_accessible(page)
    assert_fits(page)
    shoot(page, f"{width}-{theme}")
    assert not Entry.objects.filter(action="camera.place_viewed").exists()


@SIZES
def test_with_a_purpose_there_are_cameras_and_the_purpose_stays_in_sight(desk, width, theme, shoot):
    page = desk(width=width, color_scheme=theme)
    show_cameras(page)
    assert_drawn(page, "#partner-map", "cameras-dots", at=HERE, beside=east_of(HERE, 300))
    page.get_by_role("button", name="Porch camera").click()
    expect(page.get_by_role("button", name="Porch camera")).to_have_attribute("aria-pressed", "true")
    shoot(page, f"{width}-{theme}")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(page.locator(".purpose-line")).to_be_in_viewport()
    assert_accessible(page)
    assert_fits(page)


@SIZES
def test_a_site_is_found_by_its_name_with_a_press_that_is_recorded(desk, agency, width, theme, shoot):
    _user, partner = registrant(agency)
    camera(partner, name="Till camera", site=site(partner, name="Corner shop"))
    page = desk(width=width, color_scheme=theme)
    search = page.get_by_role("combobox", name="Find a street")
    search.press_sequentially("corner")
    last = page.get_by_role("listbox", name="Places").get_by_role("option").last
    expect(last).to_have_text("Sites named “corner”: show their cameras (recorded)")
    shoot(page, f"{width}-{theme}")
    assert_accessible(page)
    assert not Entry.objects.filter(action="camera.place_viewed").exists()
    last.click()
    expect(page.locator("#camera-list li")).to_have_count(1)
    expect(page.get_by_role("button", name="Till camera")).to_be_visible()
    assert Entry.objects.filter(action="camera.place_viewed").count() == 1
    search.fill("nowhere to be found")
    expect(last).to_be_visible()
    search.press("ArrowUp")
    search.press("Enter")
    expect(page.locator("#map-status")).to_have_text("No partner camera stands here.")
    assert Entry.objects.filter(action="camera.place_viewed").count() == 2
    assert_accessible(page)


def test_a_moment_leaves_the_cameras_that_still_have_it(desk):
    then = timezone.localtime() - timedelta(hours=30)
    page = desk(timezone_id=settings.TIME_ZONE)
    show_cameras(page)
    page.get_by_label("Still has video of").fill(then.strftime("%Y-%m-%dT%H:%M"))
    page.keyboard.press("Tab")
    expect(page.locator("#map-status")).to_contain_text("shown by the filters: 1")
    expect(page.locator("#camera-list")).to_contain_text("Yard camera")
    expect(page.locator("#camera-list")).not_to_contain_text("Porch camera")
    assert "cameras-dots" not in spot(page, "#partner-map", HERE).layers
    assert "keeps=" in page.url
    assert f"{DOWNTOWN[0]:.4f}"[:6] not in page.url


def test_an_address_with_filters_and_a_view_opens_them(desk):
    page = desk("?kind=resident#15.5/30.445/-84.290")
    expect(page.get_by_label("Kind of partner")).to_have_value("resident")
    expect(page.locator("#filters-set")).to_have_text("1")
    assert "counts" not in spot(page, "#partner-map", (-84.290, 30.445)).layers


def test_on_a_phone_the_filters_are_a_sheet_that_escape_closes(desk, shoot):
    page = desk(width=390)
    expect(page.get_by_label("State")).to_be_hidden()
    page.locator("#filters summary").click()
    expect(page.get_by_label("State")).to_be_visible()
    shoot(page, "sheet")
    page.keyboard.press("Escape")
    expect(page.get_by_label("State")).to_be_hidden()


def test_the_search_finds_streets_zones_and_sites_that_were_opened(desk):
    page = desk()
    search = page.get_by_role("combobox", name="Find a street")
    search.fill("midt")
    expect(page.get_by_role("option", name="TPD Z")).to_be_visible()
    search.fill("home")
    # No site by its name before a press that is recorded, and that press is the one thing offered.
    expect(page.locator(".find-place [role=option]")).to_have_text([re.compile("Sites named")])
    search.press("Escape")
    show_cameras(page)
    search.fill("hom")
    page.get_by_role("option", name="Site: ").click()
    expect(page.locator("[aria-pressed=true][data-camera]")).to_have_count(1)
    assert "30.4383" not in page.url


def test_escape_ends_the_question_so_that_no_late_answer_opens_the_list(desk):
    page = desk()
    search = page.get_by_role("combobox", name="Find a street")
    page.route("**/admin/find/", lambda route: None)  # the answer is late
    with page.expect_request("**/admin/find/"):
        search.fill("midt")
    with page.expect_event("requestfailed"):
        search.press("Escape")
    page.unroute("**/admin/find/")
    search.fill("mid")
    expect(page.get_by_role("option", name="TPD Z")).to_be_visible()


def test_a_length_is_measured_by_keys_and_by_the_mouse(desk):
    page = desk()
    page.get_by_role("button", name="Measure").click()
    expect(page.locator("#measured")).to_contain_text("Escape ends")
    page.keyboard.press("Enter")
    page.locator("#partner-map canvas").click(position={"x": 100, "y": 100})
    expect(page.locator("#measured")).to_contain_text("feet")
    page.locator("#partner-map canvas").press("Escape")
    expect(page.get_by_role("button", name="Measure")).to_have_attribute("aria-pressed", "false")


def test_those_that_are_shown_can_be_asked_with_the_area_filled_in(desk):
    then = timezone.localtime() - timedelta(hours=3)
    page = desk(timezone_id=settings.TIME_ZONE)
    show_cameras(page)
    page.get_by_label("Still has video of").fill(then.strftime("%Y-%m-%dT%H:%M"))
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Ask these for footage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Write a request")
    assert_drawn(page, "#area-map", "td-polygon", at=HERE, beside=east_of(HERE, 190))
    start = then - timedelta(minutes=15)
    expect(page.get_by_role("group", name="From").get_by_label("Date")).to_have_value(start.strftime("%Y-%m-%d"))
    expect(page.get_by_role("group", name="From").get_by_label("Time", exact=True)).to_have_value(
        start.strftime("%H:%M")
    )
    assert "polygon" not in page.url
