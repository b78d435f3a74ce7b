"""A detective draws and asks, a supervisor decides, and both follow the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.footage_requests import services
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.states import Answer, RequestState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.streets.services import load_streets
from tests.factories.footage_requests import CENTER, camera_at, circle, open_request, submitted
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, staff
from tests.factories.sessions import sign_in
from tests.factories.streets import geojson, town
from tests.flows.maps import assert_drawn, east_of, north_of
from tests.plugins.browser import NewPage, assert_accessible, assert_fits
from tests.uploads.live import Server

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/admin/footage_requests/footagerequest/compose/"


@pytest.fixture
def page_of(new_page: NewPage, web: Server) -> Callable[[User], Page]:
    """The window of somebody who is signed in."""

    def opened(user: User) -> Page:
        page = new_page()
        session = sign_in(Client(), user).cookies["sessionid"].value
        page.context.add_cookies([{"name": "sessionid", "value": session, "url": web.url}])
        return page

    return opened


@pytest.fixture
def agency():
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    for number in range(12):
        _user, partner = registrant(agency)
        camera_at(partner, latitude=CENTER[1] + number * 0.0002, retention_hours=240)
    return agency


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_corner_is_found_by_name_and_its_streets_are_drawn(web, page_of, agency, tmp_path, scheme):
    load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))
    page = page_of(staff(Role.DETECTIVE, agency))
    page.emulate_media(color_scheme=scheme)
    page.goto(web.url + NEW)
    search = page.get_by_role("combobox", name="Find a street, a corner, an address or a zone")
    search.press_sequentially("monro & 4th")
    places = page.get_by_role("listbox", name="Places").get_by_role("option")
    expect(places).to_have_text(["North Monroe Street & 4th Avenue"])
    search.press("ArrowDown")
    search.press("Enter")
    expect(page.locator("#place_1").get_by_label("Latitude")).to_have_value("30.450000")
    expect(places).to_have_count(0)
    corner = (-84.28, 30.45)
    assert_drawn(page, "#area-map", "mains", at=north_of(corner, 60), beside=east_of(north_of(corner, 60), 60))
    search.fill("zzyzx")
    expect(page.get_by_text("Nothing of that name.")).to_be_visible()
    assert_accessible(page)


def _fill_rest(page: Page, *, act: str) -> None:
    day = (timezone.now() - timedelta(days=1)).date().isoformat()
    page.get_by_role("group", name="From").get_by_label("Date").fill(day)
    page.get_by_role("group", name="From").get_by_label("Time", exact=True).fill("14:00")
    page.get_by_role("group", name="To").get_by_label("Date").fill(day)
    page.get_by_role("group", name="To").get_by_label("Time", exact=True).fill("15:30")
    page.get_by_label("Case number").fill("26-004711")
    page.get_by_label("What happened").select_option("burglary")
    page.get_by_label("Why these cameras and this time?").fill("The suspect fled on foot past these houses.")
    page.get_by_label("Message to the owners").fill("A person in a red jacket with a black bag.")
    if act:
        page.get_by_role("button", name=act).click()


@pytest.mark.parametrize("width", [390, 1280])
def test_by_form_alone_a_request_is_counted_written_and_submitted(web, page_of, shoot, agency):
    author = staff(Role.DETECTIVE, agency)
    page = page_of(author)
    page.goto(web.url + NEW)
    page.locator("#place_1").get_by_label("Latitude").fill(str(CENTER[1]))
    page.locator("#place_1").get_by_label("Longitude").fill(str(CENTER[0]))
    page.locator("#place_1").get_by_label("Radius in feet").fill("1300")
    _fill_rest(page, act="")
    expect(page.locator("#count")).to_contain_text("Probably fewer than 5 partners")
    assert_accessible(page)
    shoot(page, "compose")
    assert_fits(page)
    page.get_by_role("button", name="Submit to a supervisor").click()
    expect(page.get_by_text("Submitted. A supervisor decides now.")).to_be_visible()
    assert FootageRequest.objects.get().state == RequestState.SUBMITTED
    assert Entry.objects.filter(action="request.counted").count() >= 1


def test_an_area_is_drawn_on_the_map_and_counted(web, page_of, shoot, agency):
    page = page_of(staff(Role.DETECTIVE, agency))
    page.goto(web.url + NEW)
    page.wait_for_timeout(2500)
    # Drawing scrolls the map into view; it may not move under the clicks.
    page.locator("#area-map").evaluate("map => map.scrollIntoView({ block: 'center' })")
    box = page.locator("#area-map").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    # The whole city fits the map: come closer first.
    for _ in range(4):
        page.locator(".maplibregl-ctrl-zoom-in").click()
        page.wait_for_timeout(500)
    page.get_by_role("button", name="Draw a polygon").click()
    for dx, dy in [(-60, -60), (60, -60), (60, 60), (-60, 60), (-60, -60)]:
        page.mouse.move(middle[0] + dx, middle[1] + dy, steps=4)
        page.mouse.click(middle[0] + dx, middle[1] + dy)
        page.wait_for_timeout(250)
    expect(page.locator("input[name=shape]")).to_have_value("polygon")
    assert '"Polygon"' in page.locator("input[name=polygon]").input_value()
    shoot(page, "compose-polygon")
    page.get_by_role("button", name="Draw a circle").click()
    assert page.locator("input[name=polygon]").input_value() == ""
    page.mouse.click(*middle)
    page.mouse.move(middle[0] + 70, middle[1], steps=6)
    page.mouse.click(middle[0] + 70, middle[1])
    page.wait_for_timeout(500)
    expect(page.locator("input[name=shape]")).to_have_value("circle")
    assert float(page.locator("#place_1").get_by_label("Radius in feet").input_value()) > 160
    shoot(page, "compose-circle")
    _fill_rest(page, act="Save draft")
    expect(page.get_by_text("Saved as a draft.")).to_be_visible()
    assert FootageRequest.objects.get().area["type"] == "Circle"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_supervisor_decides_knowing_area_reason_and_counts(web, page_of, shoot, agency):
    request = submitted(staff(Role.DETECTIVE, agency), agency, area=circle(1500))
    page = page_of(staff(Role.SUPERVISOR, agency))
    page.goto(f"{web.url}/admin/footage_requests/footagerequest/{request.public_id}/")
    expect(page.get_by_text("This area is wider than usual.")).to_be_visible()
    assert_accessible(page)
    shoot(page, "approve")
    assert_fits(page)
    page.get_by_label("Why would a smaller area miss what is needed?").fill("The car crossed all of it in minutes.")
    page.get_by_label("On which rule of your policy does this rest?").fill("General Order 46, section 3")
    page.get_by_role("button", name="Approve and invite").click()
    expect(page.get_by_text("Approved. The invitations are on their way.")).to_be_visible()
    assert Match.objects.filter(request=request).count() == 12


@pytest.mark.parametrize("width", [390, 1280])
def test_the_board_follows_answers_and_shows_places_for_a_purpose(web, page_of, shoot, agency):
    cameras = []
    for number in range(5):
        _user, partner = registrant(agency)
        cameras.append(camera_at(partner, latitude=CENTER[1] + number * 0.0003, retention_hours=30 + number))
    opened = open_request(agency, *cameras)
    for match, answer in zip(opened.matches, [Answer.HAS_FOOTAGE, Answer.NONE, Answer.DECLINED], strict=False):
        services.answer_matches(
            invitation=match.invitation,
            answers={match.public_id: services.AnswerGiven(answer, note="See the gate camera")},
            actor=Actor.invitation(match.invitation.public_id),
        )
    page = page_of(opened.author)
    page.goto(f"{web.url}/admin/footage_requests/footagerequest/{opened.request.public_id}/")
    expect(page.get_by_role("heading", name="Answers")).to_be_visible()
    expect(page.get_by_text("Secret Lane")).to_have_count(0)
    page.get_by_label("Why do you need to see where the cameras are?").fill("Plan whom to visit first")
    page.get_by_role("button", name="Record it and show the cameras").click()
    expect(page.get_by_text("Secret Lane").first).to_be_visible()
    assert_accessible(page)
    shoot(page, "board")
    assert_fits(page)
    page.get_by_label("No footage was to be had").check()
    page.get_by_role("button", name="Close the request").click()
    expect(page.locator(".marks").get_by_text("Closed", exact=True)).to_be_visible()


def test_the_request_reads_the_same_under_the_dark_admin(web, new_page, shoot, agency):
    request = submitted(staff(Role.DETECTIVE, agency), agency)
    page = new_page(color_scheme="dark")
    session = sign_in(Client(), staff(Role.SUPERVISOR, agency)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": web.url}])
    page.goto(f"{web.url}/admin/footage_requests/footagerequest/{request.public_id}/")
    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()
    assert_accessible(page)
    shoot(page, "dark")
    page.goto(f"{web.url}/admin/footage_requests/footagerequest/")
    expect(page.get_by_text(request.code)).to_be_visible()
    shoot(page, "list")
