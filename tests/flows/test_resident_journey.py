"""A resident's first visit, from the front page to a registered camera: by keyboard alone, and by map."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.cameras.models import Camera
from apps.terms.models import Acceptance
from tests.factories.cameras import camera as active_camera
from tests.factories.cameras import pending_camera
from tests.factories.people import PASSWORD, AgencyFactory, ZoneFactory, registrant, terms_in_force
from tests.flows.walking import DESK, PHONE, Walk, walking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def town():
    cache.clear()
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    terms_in_force()
    return agency


def code_in_the_mail() -> str:
    return re.search(r"^\s+(\d{6})\s*$", mail.outbox[-1].body, re.M)[1]


def sign_in(walk: Walk, user: User) -> None:
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    walk.go("/accounts/login/")
    walk.page.get_by_label("Email").fill(user.email)
    walk.page.get_by_label("Password", exact=True).fill(PASSWORD)
    walk.page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(walk.page.get_by_role("link", name="Account")).to_be_visible()


def map_is_ready(page: Page) -> None:
    expect(page.locator("#camera-map[data-ready=true]")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_camera_is_registered_by_keyboard_alone_from_nothing(live_server, width):
    with walking(live_server.url, width) as walk:
        page = walk.page
        walk.go("/")
        walk.check()
        walk.press("main a[href^='/join/']")
        page.wait_for_url("**/signup/**")
        walk.type_into("[name=email]", "ada@example.org")
        walk.check()
        walk.press("main form button[type=submit]")
        page.wait_for_url("**/login/code/confirm/**")
        walk.check()
        walk.type_into("[name=code]", code_in_the_mail())  # with its last digit the page goes on

        page.wait_for_url(f"{live_server.url}/join/")
        walk.check()
        walk.type_into("[name=name]", "Ada")
        walk.press("[name=agencies]", "Space")
        walk.press("main form button[type=submit]")

        page.wait_for_url("**/cameras/add/")
        map_is_ready(page)
        walk.check()
        walk.type_into("[name=name]", "Front door")
        walk.tab_to("[name=rose]")
        for _ in range(7):
            page.keyboard.press("ArrowRight")
        expect(page.locator("[name=bearing]")).to_have_value("135")
        walk.press("#exact summary")
        walk.type_into("[name=latitude]", "30.4383")
        walk.type_into("[name=longitude]", "-84.2807")
        walk.type_into("[name=field_of_view]", "110")
        expect(page.locator("#fov-slider")).to_have_value("110")
        walk.tab_to("#range-slider")
        page.keyboard.press("ArrowRight")
        expect(page.locator("[name=range_ft]")).to_have_value("65")
        walk.check()
        walk.press("#camera-form button[type=submit]")
        page.wait_for_url("**/registered/")
        expect(page.get_by_role("heading", name="Your camera is registered")).to_be_visible()
        walk.check()
        walk.press("main a[href='/cameras/']")
        expect(page.get_by_role("heading", name="Front door")).to_be_visible()
        walk.check()
    camera = Camera.objects.select_related("place").get()
    place = camera.place
    assert (place.latitude, place.longitude, place.bearing, place.field_of_view) == (30.4383, -84.2807, 135, 110)
    assert place.range_m == pytest.approx(19.8, abs=0.05)
    assert Acceptance.objects.count() == 1
    assert User.objects.get(email="ada@example.org").name == "Ada"


def center_of(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, selector: str, dx: float, dy: float) -> None:
    x, y = center_of(page, selector)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2, steps=4)
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_camera_is_registered_by_dropping_a_pin_and_turning_its_sector(live_server, town, width):
    user, _partner = registrant(town)
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, user)
        walk.go("/cameras/add/")
        map_is_ready(page)
        page.get_by_label("Name of the camera").fill("Driveway")
        page.locator("#camera-map").scroll_into_view_if_needed()
        for _ in range(6):
            if page.locator(".handle-pin").count():
                break
            page.mouse.click(*center_of(page, "#camera-map canvas"))
            page.wait_for_timeout(300)
        latitude = page.locator("[name=latitude]")
        expect(latitude).not_to_have_value("")
        dropped = latitude.input_value()
        drag(page, ".handle-aim", 60, 40)
        bearing = float(page.locator("[name=bearing]").input_value())
        assert 10 <= bearing <= 170, bearing
        before = page.locator("[name=field_of_view]").input_value()
        x, y = center_of(page, ".handle-pin")
        edge_x, edge_y = center_of(page, ".handle-edge")
        drag(page, ".handle-edge", (x - edge_x) * 0.6, (y - edge_y) * 0.6 + 30)
        assert page.locator("[name=field_of_view]").input_value() != before
        drag(page, ".handle-pin", 20, 20)
        assert float(latitude.input_value()) < float(dropped)
        walk.check()
        page.get_by_role("button", name="Register this camera").click()
        page.wait_for_url("**/registered/")
        walk.check()
    place = Camera.objects.select_related("place").get().place
    assert place.bearing == bearing
    assert place.latitude < float(dropped)


def test_without_webgl_the_fields_are_enough(live_server, town):
    user, _partner = registrant(town)
    with walking(live_server.url) as walk:
        page = walk.page
        page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null;")
        sign_in(walk, user)
        walk.go("/cameras/add/")
        expect(page.locator("#camera-map")).to_be_hidden()
        values = {"Name of the camera": "Yard", "Latitude": "30.44", "Longitude": "-84.28"}
        for label, value in values.items():
            page.get_by_label(label, exact=True).fill(value)
        page.get_by_role("radio", name="East", exact=True).check()
        page.get_by_role("button", name="Register this camera").click()
        page.wait_for_url("**/registered/")
    assert Camera.objects.get().place.bearing == 90


def test_what_is_wrong_is_said_beside_its_field(live_server, town):
    user, _partner = registrant(town)
    with walking(live_server.url) as walk:
        sign_in(walk, user)
        walk.go("/cameras/add/")
        map_is_ready(walk.page)
        walk.page.get_by_text("Set place and view exactly").click()
        walk.page.get_by_label("Latitude", exact=True).fill("91")
        walk.page.get_by_role("button", name="Register this camera").click()
        field = walk.page.get_by_label("Latitude", exact=True)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_value("91")
        map_is_ready(walk.page)
        walk.check()


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_of_a_partner_is_accessible_and_fits(live_server, town, width, language):
    user, partner = registrant(town)
    camera = pending_camera(partner)
    active_camera(partner, name="Driveway")
    acceptance = Acceptance.objects.get(partner=partner)
    with walking(live_server.url, width) as walk:
        sign_in(walk, user)
        User.objects.filter(pk=user.pk).update(language=language)
        pages = [
            "/",
            "/terms/",
            "/cameras/",
            f"/cameras/{camera.public_id}/",
            f"/cameras/{camera.public_id}/withdraw/",
            f"/cameras/{camera.public_id}/photo/",
            f"/cameras/{camera.public_id}/registered/",
            f"/cameras/add/?like={camera.public_id}",
            "/requests/",
            "/given/",
            "/account/",
            "/account/agencies/",
            f"/account/terms/{acceptance.public_id}/",
            "/account/leave/",
            "/kit/",
            "/accounts/email/",
            "/accounts/password/change/",
            "/accounts/security/",
            "/accounts/logout/",
            "/nothing/here/",
        ]
        for path in pages:
            walk.go(path)
            walk.check()
            assert walk.page.locator("html").get_attribute("lang") == language
