"""A program manager changes the rules of the agency: phases, limits, kinds. At both widths, in both themes."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from apps.agencies.features import off_at
from apps.agencies.models import Agency, Role
from apps.footage_requests.incident_types import present_types
from tests.factories.calls import call_of
from tests.factories.footage_requests import open_request
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in
from tests.flows.maps import spot
from tests.plugins.browser import NewPage, assert_accessible, assert_fits

SAVED = "Saved. Requests that are saved or submitted from now on use this list."
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agency() -> Agency:
    found = AgencyFactory.create()
    call_of(found)
    open_request(found)
    return found


@pytest.fixture
def desk(new_page: NewPage, live_server, agency):
    """A page of the admin, as this role of the agency sees it."""

    def opened(role: Role, path: str, **options) -> Page:
        page = new_page(**options)
        value = sign_in(Client(), staff(role, agency)).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        page.goto(live_server.url + path)
        return page

    return opened


def look_at(page: Page) -> None:
    assert_accessible(page, but=("label-title-only",))
    assert_fits(page)


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_a_phase_is_closed_after_its_effects_were_read(
    desk, agency, new_page, live_server, width, theme, shoot
) -> None:
    page = desk(Role.PROGRAM_MANAGER, f"/admin/agencies/agency/{agency.public_id}/", color_scheme=theme)
    look_at(page)
    shoot(page, f"agency-{theme}")
    page.get_by_role("link", name="Open or close a phase").click()
    look_at(page)
    for feature in ("Requests for footage", "Calls for service", "Registration by the public"):
        page.get_by_label(feature).uncheck()
    page.get_by_role("button", name="Show what this would do").click()
    page.get_by_text("1 open request goes on").wait_for()
    look_at(page)
    shoot(page, f"preview-{theme}")
    page.get_by_role("button", name="Put this in force").click()
    page.get_by_text("In force. What was begun before goes on.").wait_for()
    look_at(page)
    shoot(page, f"done-{theme}")
    agency.refresh_from_db()
    assert off_at(agency).keys() == {"registration", "requests", "calls"}
    for role, path in ((Role.DETECTIVE, "/admin/"), (Role.ANALYST, "/admin/calls/call/")):
        page = desk(role, path, color_scheme=theme)
        page.get_by_text("is switched off at").first.wait_for()
        look_at(page)
        shoot(page, f"{role}-{theme}")
    page = new_page(color_scheme=theme)
    page.goto(live_server.url)
    page.get_by_text("The program does not take registrations yet.").wait_for()
    look_at(page)
    shoot(page, f"public-{theme}")


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_two_managers_change_the_kinds_of_incident_and_lose_nothing(desk, agency, width, theme, shoot):
    path = f"/admin/agencies/agency/{agency.public_id}/incident_types/"
    first, second = (desk(Role.PROGRAM_MANAGER, path, color_scheme=theme) for _manager in range(2))
    for page, english, spanish in ((first, "arson", "incendio"), (second, "flood", "inundación")):
        page.locator("#id_en_7").fill(english)
        page.locator("#id_es_7").fill(spanish)
        page.get_by_role("button", name="Save as a draft").click()
        page.get_by_text("This is your draft").wait_for()
        look_at(page)
        page.get_by_role("button", name="Show what owners would read").click()
        look_at(page)
    shoot(second, f"preview-{theme}")
    first.get_by_role("button", name="Put this in force").click()
    first.get_by_text(SAVED).wait_for()
    second.get_by_role("button", name="Put this in force").click()
    second.get_by_text("A colleague has changed this list meanwhile").wait_for()
    look_at(second)
    shoot(second, f"second-{theme}")
    second.get_by_role("button", name="Show what owners would read").click()
    second.get_by_role("button", name="Put this in force").click()
    second.get_by_text(SAVED).wait_for()
    assert [one["code"] for one in present_types(agency)[1]][-2:] == ["flood", "arson"]


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_limits_are_put_in_force_after_their_effects_were_read(desk, agency, width, theme, shoot):
    page = desk(Role.PROGRAM_MANAGER, f"/admin/agencies/agency/{agency.public_id}/", color_scheme=theme)
    page.get_by_role("link", name="Change the limits").click()
    page.get_by_label("Most requests at a time for a case").fill("1")
    page.get_by_role("button", name="Show what this would do").click()
    page.get_by_text("1 case has as many as this allows.").wait_for()
    look_at(page)
    shoot(page, theme)
    page.get_by_role("button", name="Put this in force").click()
    page.get_by_text("1 request at a time for a case").wait_for()
    look_at(page)


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (1280, "dark")])
def test_a_zone_is_drawn_and_loaded_after_its_effect_was_read(
    desk, agency, new_page, live_server, width, theme, shoot
) -> None:
    page = desk(Role.PROGRAM_MANAGER, f"/admin/agencies/agency/{agency.public_id}/zones/", color_scheme=theme)
    look_at(page)
    page.get_by_role("link", name="Draw a zone").click()
    start = page.get_by_role("button", name="Draw the border")
    start.wait_for()
    spot(page, "#zone-map", ((settings.PORTAL_BOUNDS[0] + settings.PORTAL_BOUNDS[2]) / 2, 30.49))
    start.click()
    page.wait_for_timeout(500)
    box = page.locator("#zone-map").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for dx, dy in [(-60, -60), (60, -60), (60, 60), (-60, -60)]:
        page.mouse.move(middle[0] + dx, middle[1] + dy, steps=4)
        page.mouse.click(middle[0] + dx, middle[1] + dy)
        page.wait_for_timeout(250)
    assert len(page.get_by_role("textbox", name="Corners").input_value().splitlines()) == 3
    page.get_by_role("textbox", name="Code").fill("n1")
    page.get_by_role("textbox", name="Name").fill("North")
    look_at(page)
    shoot(page, f"zone-drawn-{theme}")
    page.get_by_role("button", name="Show what it would do").click()
    page.get_by_text("N1 North").wait_for()
    look_at(page)
    shoot(page, f"zone-preview-{theme}")
    page.get_by_role("button", name="Load these zones").click()
    page.get_by_text("The zones are loaded.").wait_for()
    shoot(page, f"zone-loaded-{theme}")
    page.get_by_role("link", name="Redraw N1").click()
    page.get_by_role("button", name="Draw the border").wait_for()
    assert len(page.get_by_role("textbox", name="Corners").input_value().splitlines()) == 3
    shoot(page, f"zone-anew-{theme}")
