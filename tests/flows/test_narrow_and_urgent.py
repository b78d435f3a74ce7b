"""Composing along a street with several times, taking it back, going first, deciding beyond a limit: both desks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.agencies.models import Role
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.ledger.values import Actor
from apps.streets.services import load_streets
from tests.factories.footage_requests import camera_at, circle, submitted
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, staff
from tests.factories.streets import geojson, town
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import assert_accessible, assert_fits

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/admin/footage_requests/footagerequest/"


@pytest.fixture
def agency():
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    camera_at(registrant(agency)[1], latitude=30.4495, longitude=-84.28)
    return agency


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_a_detective_asks_along_a_street_takes_it_back_and_sends_it_first(
    web, new_page, shoot, agency, tmp_path, width, scheme
):
    load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    page = desk_of(author, new_page, web, color_scheme=scheme)
    page.goto(f"{web.url}{BASE}compose/")
    expect(page.get_by_text("Local time, America/New_York: now E")).to_be_visible()
    page.locator("#place_1").get_by_role("textbox", name="Street", exact=True).fill("N Monroe St")
    page.locator("#place_1").get_by_label("From house number").fill("1150")
    page.locator("#place_1").get_by_label("To house number").fill("1250")
    page.get_by_role("button", name="Yesterday afternoon, noon to 6 p.m.").click()
    expect(page.get_by_role("group", name="From", exact=True).get_by_label("Time", exact=True)).to_have_value("12:00")
    page.get_by_label("Case number").fill("26-004711")
    page.get_by_label("What happened").select_option("missing_person")
    page.get_by_label("Why these cameras and this time?").fill("The child walked along this street.")
    expect(page.locator("#count")).to_contain_text("360 minutes of video")
    assert_accessible(page)
    shoot(page, f"compose-{scheme}")
    assert_fits(page)
    page.get_by_role("button", name="Submit to a supervisor").click()
    page.get_by_role("button", name="Take it back to change it").click()
    expect(page.get_by_text("It is yours again.")).to_be_visible()
    assert FootageRequest.objects.get().area["type"] == "Corridor"
    page.get_by_text("It cannot wait: send it first").click()
    page.get_by_label("Why can it not wait for a supervisor?").fill("The child has been missing since noon.")
    assert_accessible(page)
    shoot(page, f"first-{scheme}")
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_text("Went first, waits for review")).to_be_visible()
    shoot(page, f"went-{scheme}")

    desk = desk_of(supervisor, new_page, web, color_scheme=scheme)
    desk.goto(f"{web.url}/admin/")
    expect(desk.get_by_text("went first: review it")).to_be_visible()
    desk.get_by_role("link", name=FootageRequest.objects.get().code).click()
    assert_accessible(desk)
    shoot(desk, f"review-{scheme}")
    desk.get_by_role("button", name="Yes, it was right").click()
    expect(desk.get_by_text("Reviewed. The author is told.")).to_be_visible()
    assert FootageRequest.objects.get().approved_at is not None


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_beyond_a_limit_the_supervisor_says_why_and_by_which_rule(web, new_page, shoot, agency, width, scheme):
    asked = submitted(staff(Role.DETECTIVE, agency), agency, area=circle(1500))
    desk = desk_of(staff(Role.SUPERVISOR, agency), new_page, web, color_scheme=scheme)
    desk.goto(f"{web.url}{BASE}{asked.public_id}/")
    desk.get_by_label("Why would a smaller area miss what is needed?").fill("The car crossed all of it in minutes.")
    desk.get_by_label("On which rule of your policy does this rest?").fill("General Order 46, section 3")
    assert_accessible(desk)
    shoot(desk, f"beyond-{scheme}")
    desk.get_by_role("button", name="Approve and invite").click()
    expect(desk.get_by_text("Rule of the policy: General Order 46, section 3")).to_be_visible()
    assert FootageRequest.objects.get().state == RequestState.OPEN
