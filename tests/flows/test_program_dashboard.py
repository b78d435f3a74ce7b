"""A program manager at the dashboard: reads it, sets a target by keys, sees the gaps; and what the public reads."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.cameras.models import Camera
from apps.ledger.values import Actor
from apps.program.days import day_of
from apps.program.models import QuarterlyUpdate, Target
from apps.program.quarters import last_ended
from apps.program.services import draft_due_update, publish_update, set_residents, take_snapshots
from tests.factories.cameras import camera
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, staff
from tests.factories.program import measured, saved
from tests.factories.sessions import sign_in
from tests.flows.maps import differs, spot
from tests.plugins.browser import NewPage, assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
WEST, EAST = -84.32, -84.24


def ring(west: float) -> list[list[float]]:
    return [[west, 30.42], [west + 0.06, 30.42], [west + 0.06, 30.47], [west, 30.47], [west, 30.42]]


@pytest.fixture
def manager():
    """Of a town with a zone of many cameras and one of few, and an update that waits."""
    cache.clear()
    agency = AgencyFactory.create(short_name="TPD")
    many = ZoneFactory.create(agency=agency, code="W", ring=ring(WEST))
    ZoneFactory.create(agency=agency, code="E", ring=ring(EAST))
    for _ in range(6):
        Camera.objects.filter(pk=camera(registrant(agency)[1]).pk).update(zone=many)
    take_snapshots()
    today = day_of(None, timezone.now())
    for days in (9, 8, 3, 2, 1):
        measured("cameras", 4, 4, today - timedelta(days=days))
    measured("partners", 40, 40, last_ended(timezone.now()).last)
    assert draft_due_update(actor=Actor.system("test"))
    user = staff(Role.PROGRAM_MANAGER, agency)
    set_residents(agency=agency, residents={"W": 1000, "E": 1000}, source="Census", user=user)
    return user


@pytest.fixture
def desk(new_page: NewPage, live_server, manager):
    def opened(path: str, **options) -> Page:
        page = new_page(**options)
        session = sign_in(Client(), manager).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(f"{live_server.url}{path}")
        return page

    return opened


def look_at(page: Page) -> None:
    assert_fits(page)
    assert_accessible(page)


@SIZES
def test_every_page_of_the_program_can_be_read_by_everybody(desk, width, theme) -> None:
    page = desk("/admin/program/", color_scheme=theme)
    look_at(page)
    update = QuarterlyUpdate.objects.get()
    for path in (
        "/admin/program/measures/cameras/",
        "/admin/program/gaps/?lens=residents",
        "/admin/program-updates/",
        f"/admin/program-updates/{update.public_id}/",
    ):
        page.goto(page.url.split("/admin/")[0] + path)
        look_at(page)


@pytest.mark.parametrize("width", [1280])
def test_a_target_is_set_with_the_keyboard_alone(desk, width) -> None:
    page = desk("/admin/program/")
    link = page.get_by_role("link", name="Approved cameras")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Approved cameras")
    expect(page.get_by_role("img", name="Approved cameras,")).to_be_visible()
    page.get_by_label("Target", exact=True).focus()
    page.keyboard.type("500")
    page.keyboard.press("Tab")
    page.keyboard.type("06302027")
    page.get_by_label("Reason").first.focus()
    page.keyboard.type("As agreed in May.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The target is set.")).to_be_visible()
    expect(page.get_by_text("Target: 500 by June 30, 2027")).to_be_visible()
    assert Target.objects.get().value == 500


@SIZES
def test_zones_are_shaded_and_the_low_one_has_a_border(desk, width, theme) -> None:
    page = desk("/admin/program/gaps/?lens=residents", color_scheme=theme)
    many = spot(page, "#gaps-map", (WEST + 0.01, 30.43), "gaps-5")
    few = spot(page, "#gaps-map", (EAST + 0.01, 30.43), "gaps-0")
    assert differs(many.color, few.color) > 10
    assert "gaps-low" in spot(page, "#gaps-map", (EAST, 30.43), "gaps-low").layers


def test_a_figure_leaves_as_a_file(desk) -> None:
    page = desk("/admin/program/measures/cameras/")
    for name, ending in (("Every day as CSV", ".csv"), ("PDF", ".pdf"), ("Chart as PNG", ".png")):
        with page.expect_download() as got:
            page.get_by_role("button", name=name, exact=True).click()
        assert got.value.suggested_filename.endswith(ending)


@SIZES
def test_the_public_reads_the_update(new_page: NewPage, live_server, manager, width, theme) -> None:
    update = saved(QuarterlyUpdate.objects.get(), manager)
    publish_update(update=update, read=update.version, user=manager)
    page = new_page(color_scheme=theme)
    page.goto(f"{live_server.url}/program/")
    expect(page.get_by_text("A good quarter.")).to_be_visible()
    look_at(page)
