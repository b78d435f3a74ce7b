"""One request about several places: added, named, drawn, removed and taken back; a smaller area taken with one tap."""

from __future__ import annotations

from datetime import timedelta

import pytest
import shapely
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.agencies.models import Role
from apps.counts.models import CountCell
from apps.counts.services import release_counts
from apps.footage_requests.models import FootageRequest
from apps.geo.mercator import unit_points
from apps.ledger.values import Actor
from apps.streets.services import load_streets
from tests.factories.footage_requests import CENTER
from tests.factories.people import AgencyFactory, ZoneFactory, staff
from tests.factories.streets import geojson, town
from tests.flows.test_staff_desk import desk_of
from tests.plugins.browser import assert_accessible

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BASE = "/admin/footage_requests/footagerequest/"


@pytest.fixture
def agency(tmp_path):
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))
    release = release_counts(actor=Actor.system("test"))
    CountCell.objects.all().delete()
    [[x, y]] = unit_points(shapely.get_coordinates(shapely.Point(CENTER)))
    CountCell.objects.create(release=release, zoom=17, x=int(x * 2**17), y=int(y * 2**17), partners=40)
    return agency


def about(page: Page, place: str, *, latitude: float, feet: str) -> None:
    block = page.locator(place)
    block.get_by_label("Latitude").fill(str(latitude))
    block.get_by_label("Longitude").fill(str(CENTER[0]))
    block.get_by_label("Radius in feet").fill(feet)
    block.get_by_label("Radius in feet").press("Tab")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (390, "light"), (1280, "light"), (1280, "dark")])
def test_two_places_are_asked_about_in_one_request(web, new_page, shoot, agency, width, scheme):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    page = desk_of(author, new_page, web, color_scheme=scheme)
    page.goto(f"{web.url}{BASE}compose/")
    day = (timezone.now() - timedelta(days=1)).date().isoformat()
    for group, at in (("From", "14:00"), ("To", "15:30")):
        page.get_by_role("group", name=group, exact=True).get_by_label("Date").fill(day)
        page.get_by_role("group", name=group, exact=True).get_by_label("Time", exact=True).fill(at)
    page.get_by_label("Case number").fill("26-004711")
    page.get_by_label("What happened").select_option("burglary")
    page.get_by_label("Why these cameras and this time?").fill("They fled from the shop to the car.")
    about(page, "#place_1", latitude=CENTER[1], feet="2900")
    picks = page.get_by_role("group", name="Places", exact=True)
    expect(picks.get_by_role("button")).to_have_text(["Add a place"])

    # By keys alone: add a place, name it, say where it is.
    picks.get_by_role("button", name="Add a place").press("Enter")
    expect(picks.get_by_role("button", name="Place 2")).to_be_focused()
    expect(picks.get_by_role("button", name="Place 2")).to_have_attribute("aria-pressed", "true")
    page.locator("#place_1").get_by_label("Name of this place").fill("The shop")
    page.locator("#place_2").get_by_label("Name of this place").fill("The car")
    about(page, "#place_2", latitude=CENTER[1] + 0.04, feet="500")
    expect(picks.get_by_role("button")).to_have_text(["Place 1 (The shop)", "Place 2 (The car)", "Add a place"])
    picks.get_by_role("button", name="Add a place").click()
    page.locator("#place_3").get_by_role("textbox", name="Street", exact=True).fill("N Monroe St")
    page.locator("#place_3").get_by_label("From house number").fill("1150")
    page.locator("#place_3").get_by_label("To house number").fill("1250")
    page.locator("#place_3").get_by_label("To house number").press("Tab")
    expect(page.locator("#count")).to_contain_text("About")
    expect(page.locator("#area-map .number-pin")).to_have_text(["1", "2"])
    assert_accessible(page)
    shoot(page, f"three-places-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    # The second is taken out, taken back, and the third taken out for good.
    page.get_by_role("button", name="Remove place 2").click()
    undo = page.locator("#place-undo")
    expect(undo).to_contain_text("Place 2 (The car) is removed.")
    expect(page.locator("#place_2").get_by_role("textbox", name="Street", exact=True)).to_have_value("N Monroe St")
    undo.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#place_2").get_by_label("Name of this place")).to_have_value("The car")
    page.get_by_role("button", name="Remove place 3").click()

    # Smaller with one tap, back with another, and smaller again.
    offered = page.locator(".narrower")
    expect(offered).to_contain_text("A smaller area keeps as many partners")
    shoot(page, f"smaller-{scheme}")
    offered.get_by_role("button", name="Use it").click()
    expect(page.locator("#place_1").get_by_label("Radius in feet")).to_have_value("2029.99")
    undo.get_by_role("button", name="Undo").click()
    expect(page.locator("#place_1").get_by_label("Radius in feet")).to_have_value("2900")
    expect(page.locator(".narrower")).to_be_visible()
    page.locator(".narrower").get_by_role("button", name="Use it").click()
    page.get_by_role("button", name="Submit to a supervisor").click()
    expect(page.get_by_text("Submitted. A supervisor decides now.")).to_be_visible()
    request = FootageRequest.objects.get()
    assert [part["name"] for part in request.area["parts"]] == ["The shop", "The car"]

    decides = desk_of(supervisor, new_page, web, color_scheme=scheme)
    decides.goto(f"{web.url}{BASE}{request.public_id}/")
    expect(decides.get_by_role("listitem").filter(has_text="Place 2 (The car):")).to_be_visible()
    decides.locator("#area-map").scroll_into_view_if_needed()
    expect(decides.locator("#area-map .number-pin")).to_have_text(["1", "2"])
    assert_accessible(decides)
    shoot(decides, f"approve-{scheme}")
    assert decides.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
