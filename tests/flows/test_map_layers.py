"""Layers of agencies on the maps: drawn where they stand, switched off and on, in a list, gone when not shared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.agencies.models import Agency, Role
from apps.agreements.models import Agreement
from tests.factories.access import map_purpose
from tests.factories.agreements import agreement_of
from tests.factories.calls import PLACE, call_of
from tests.factories.layers import csv_of, layer_of, load, places, shapes_of
from tests.factories.people import AgencyFactory, ZoneFactory, staff
from tests.flows.maps import assert_drawn, east_of, spot
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.plugins.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BOARD = "/admin/calls/call/"
HERE = (PLACE[1], PLACE[0])
CAMERA = east_of(HERE, 100)
SIZES = pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])


@pytest.fixture
def agencies() -> tuple[Agency, Agency]:
    """The police, and a sheriff who shares a traffic camera downtown."""
    cache.clear()
    police = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    sheriff = AgencyFactory.create(name="Leon County Sheriff's Office", short_name="LCSO")
    ZoneFactory.create(agency=police)
    [row] = places(1)
    where = {"longitude": CAMERA[0], "latitude": CAMERA[1], "direction": "W", "name": "Monroe & Park"}
    layer_of(sheriff, "traffic", rows=[row | where], name="County crossings")
    agreement_of(sheriff, police, ("layers", "traffic"))
    return police, sheriff


@SIZES
def test_a_shared_camera_is_on_the_board_beside_the_call_that_it_sees(
    agencies: tuple[Agency, Agency], web: Stack, new_page: NewPage, shoot: Callable[[Page, str], Path], theme: str
) -> None:
    call_of(agencies[0], nature="Robbery in progress")
    page = desk_of(staff(Role.ANALYST, agencies[0]), new_page, web)
    page.emulate_media(color_scheme=theme)
    page.goto(web.url + BOARD)
    expect(page.locator("#calls-rows")).to_contain_text("T-1 Monroe & Park (LCSO)")
    expect(page.locator("#layers-panel")).to_be_visible()
    assert_drawn(page, "#calls-map", "layers-dots", at=CAMERA, beside=east_of(HERE, 250))
    assert {"layers-dots", "layers-letters"} <= spot(page, "#calls-map", CAMERA, "layers-letters").layers
    page.locator("#layers-panel summary").click()
    expect(page.locator(".layers-rows")).to_contain_text(
        "T-1 Monroe & Park · Traffic cameras · LCSO · active · looks 270°"
    )
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"board-with-layers-{theme}")
    box = page.get_by_role("checkbox", name="County crossings (1) · shared by LCSO")
    box.uncheck()
    page.wait_for_timeout(500)
    assert "layers-dots" not in spot(page, "#calls-map", CAMERA).layers
    box.check()
    assert "layers-dots" in spot(page, "#calls-map", CAMERA, "layers-dots").layers


@pytest.mark.parametrize("width", [1280])
def test_what_is_no_longer_shared_leaves_an_open_page(
    agencies: tuple[Agency, Agency], web: Stack, new_page: NewPage
) -> None:
    page = desk_of(staff(Role.ANALYST, agencies[0]), new_page, web)
    page.clock.install()
    page.goto(web.url + BOARD)
    page.clock.run_for(1000)
    expect(page.locator("#layers-panel")).to_be_visible()
    Agreement.objects.update(ends_at=timezone.now())
    page.clock.run_for(61_000)
    expect(page.locator("#layers-panel")).to_be_hidden()


@SIZES
def test_layers_are_on_the_partner_map(
    agencies: tuple[Agency, Agency], web: Stack, new_page: NewPage, shoot: Callable[[Page, str], Path], theme: str
) -> None:
    analyst = staff(Role.ANALYST, agencies[0])
    map_purpose(analyst, agencies[0])
    page = desk_of(analyst, new_page, web)
    page.emulate_media(color_scheme=theme)
    page.goto(f"{web.url}/admin/map/")
    expect(page.locator("#layers-panel")).to_be_visible()
    assert "layers-dots" in spot(page, "#partner-map", CAMERA, "layers-dots").layers
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"partner-map-with-layers-{theme}")


@SIZES
def test_a_file_is_compared_and_put_on_the_map(
    agencies: tuple[Agency, Agency],
    web: Stack,
    new_page: NewPage,
    shoot: Callable[[Page, str], Path],
    theme: str,
    tmp_path: Path,
) -> None:
    file = tmp_path / "cameras.csv"
    file.write_bytes(csv_of([*places(12), {**places(13)[12], "latitude": 12}]))
    page = desk_of(staff(Role.PROGRAM_MANAGER, agencies[0]), new_page, web)
    page.emulate_media(color_scheme=theme)
    page.goto(f"{web.url}/admin/layers/layer/")
    assert_accessible(page)
    shoot(page, f"layers-{theme}")
    page.get_by_role("link", name="Make a map layer").click()
    page.get_by_label("What is it?").select_option("safety")
    page.get_by_label("Name").fill("Downtown cameras")
    assert_accessible(page)
    shoot(page, f"make-a-layer-{theme}")
    page.get_by_role("button", name="Make the layer").click()
    page.get_by_label("CSV, GeoJSON or zipped shapefile").set_input_files(file)
    page.get_by_role("button", name="Compare with the map").click()
    expect(page.get_by_role("heading", name="Waits for your decision")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    shoot(page, f"compare-{theme}")
    page.get_by_role("button", name="Put it on the map").click()
    expect(page.locator(".layer-places tbody tr")).to_have_count(12)
    assert_accessible(page)
    shoot(page, f"a-layer-{theme}")


@SIZES
def test_lines_and_areas_are_on_the_map_of_their_layer_and_in_its_list(
    agencies: tuple[Agency, Agency], web: Stack, new_page: NewPage, shoot: Callable[[Page, str], Path], theme: str
) -> None:
    east, north = HERE[0] + 0.004, HERE[1] + 0.004
    site = [[*HERE], [east, HERE[1]], [east, north], [HERE[0], north], [*HERE]]
    bow = [[x + 0.006, y] for x, y in (site[0], site[2], site[1], site[3], site[0])]
    route = [[HERE[0], HERE[1] - 0.002], [HERE[0] + 0.01, HERE[1] - 0.002]]
    layer = layer_of(agencies[0], "event", name="Winter parade")
    areas = (("Building site", "Polygon", [site]), ("Bow", "Polygon", [bow]))
    load(layer, shapes_of(("Parade route", "LineString", route), *areas))
    page = desk_of(staff(Role.ANALYST, agencies[0]), new_page, web)
    page.emulate_media(color_scheme=theme)
    page.goto(f"{web.url}/admin/layers/layer/")
    expect(page.get_by_text("1 line")).to_be_visible()
    expect(page.get_by_text("2 areas")).to_be_visible()
    page.get_by_role("link", name="Winter parade").click()
    element = page.locator("#layer-map")
    element.scroll_into_view_if_needed()
    expect(page.locator("#layer-map[data-ready=true]")).to_be_visible()
    corner, middle = (HERE[0] + 0.001, HERE[1] + 0.001), (HERE[0] + 0.006, HERE[1] - 0.002)
    assert_drawn(page, "#layer-map", "layers-areas", at=corner, beside=(HERE[0] + 0.005, HERE[1] + 0.001))
    assert_drawn(page, "#layer-map", "layers-lines", at=middle, beside=(middle[0], middle[1] - 0.001))
    crossing = (HERE[0] + 0.008, HERE[1] + 0.002)
    assert_drawn(page, "#layer-map", "layers-lines", at=crossing, beside=(crossing[0], crossing[1] + 0.001))
    expect(page.get_by_role("checkbox")).to_have_count(1)  # of this layer alone
    expect(page.get_by_role("row", name="Building site")).to_contain_text("Area, 42 acres")
    expect(page.get_by_role("row", name="Parade route")).to_contain_text("Line, 0.6 miles")
    expect(page.get_by_role("row", name="Bow")).to_contain_text("Area, crosses itself, so its size is not known")
    page.locator("#layers-panel summary").click()
    expect(page.locator(".layers-rows")).to_contain_text("Building site · Routes, closures and areas · TPD")
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"shapes-{theme}")
    page.get_by_role("checkbox").uncheck()
    page.wait_for_timeout(500)
    assert not {"layers-areas", "layers-lines"} & spot(page, "#layer-map", corner).layers


@SIZES
def test_the_pages_of_agreements_are_readable(
    agencies: tuple[Agency, Agency], web: Stack, new_page: NewPage, shoot: Callable[[Page, str], Path], theme: str
) -> None:
    page = desk_of(staff(Role.PROGRAM_MANAGER, agencies[1]), new_page, web)
    page.emulate_media(color_scheme=theme)
    for name, path in (("list", ""), ("make", "make/"), ("one", f"{Agreement.objects.get().public_id}/")):
        page.goto(f"{web.url}/admin/agreements/agreement/{path}")
        assert_fits(page)
        assert_accessible(page)
        shoot(page, f"agreements-{name}-{theme}")
