"""Each map of the portal draws what its page says, in both themes, on a phone and on a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.agencies.models import Role
from tests.factories.calls import call_of
from tests.factories.cameras import DOWNTOWN, camera, pending_camera
from tests.factories.footage_requests import CENTER, camera_at, open_request
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, staff, terms_in_force
from tests.factories.sessions import sign_in
from tests.flows.maps import assert_drawn, differs, east_of, north_of, pixel, spot
from tests.plugins.browser import NewPage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Each map is seen in both themes and at both widths, by two windows.
PHONE_LIGHT, DESK_DARK = (390, "light"), (1280, "dark")
PHONE_DARK, DESK_LIGHT = (390, "dark"), (1280, "light")
Windows = Callable[..., Iterator[Page]]
HERE = (DOWNTOWN[1], DOWNTOWN[0])
SEEN, BEHIND = east_of(HERE, 15), east_of(HERE, -15)  # the factory's cameras look east, for 30 meters


@pytest.fixture(autouse=True)
def agency():
    cache.clear()
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    terms_in_force()
    return agency


@pytest.fixture
def windows(new_page: NewPage, live_server, shoot) -> Windows:
    """A signed-in person on a page, in one window for each (width, theme). A picture is taken of each."""

    def opened(user: User, path: str, *looks: tuple[int, str], **options) -> Iterator[Page]:
        for width, theme in looks:
            page = new_page(width=width, color_scheme=theme, **options)
            session = sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
            page.goto(live_server.url + path)
            yield page
            shoot(page, f"{width}-{theme}")
            page.context.close()

    return opened


def test_the_partner_map_draws_the_cameras_it_lists(agency, windows):
    camera(registrant(agency)[1], name="Porch camera")
    call_of(agency, latitude=HERE[1], longitude=HERE[0])
    for page in windows(staff(Role.DETECTIVE, agency), "/admin/map/", PHONE_LIGHT, DESK_DARK):
        if page.get_by_label("What do you need access for?").count():
            page.get_by_label("What do you need access for?").select_option("call")
            page.get_by_label("Which call?").select_option(index=1)
            page.get_by_label("Reason").fill("Who may have seen the van")
            page.keyboard.press("Enter")
        # What is near the call first, where the camera is a dot; then the street, where it is a sector.
        page.get_by_role("button", name="Show the cameras in view").click()
        expect(page.get_by_role("status")).to_contain_text("cameras in view: 1")
        assert_drawn(page, "#partner-map", "cameras-dots", at=HERE, beside=east_of(HERE, 300))
        page.get_by_label("Latitude").fill(str(HERE[1]))
        page.get_by_label("Longitude").fill(str(HERE[0]))
        page.get_by_label("Feet").fill("330")
        page.get_by_role("button", name="List the cameras").click()
        assert_drawn(page, "#partner-map", "cameras-fill", at=SEEN, beside=BEHIND)


def test_a_partner_sees_their_cameras_on_the_map(agency, windows):
    user, partner = registrant(agency)
    camera(partner)
    for page in windows(user, "/cameras/", PHONE_DARK, DESK_LIGHT):
        assert_drawn(page, "#cameras-map", "cameras-fill", at=SEEN, beside=BEHIND)
        expect(page.locator("#cameras-map .pin")).to_be_visible()


def test_the_camera_form_draws_the_sector_that_its_fields_say(agency, windows):
    for page in windows(registrant(agency)[0], "/cameras/add/", PHONE_LIGHT, DESK_DARK):
        expect(page.locator("#camera-map[data-ready=true]")).to_be_visible()
        page.get_by_text("Set place and view exactly").click()
        for name, value in {"latitude": HERE[1], "longitude": HERE[0], "bearing": 90, "range_ft": 100}.items():
            page.locator(f"[name={name}]").fill(str(value))
            page.locator(f"[name={name}]").press("Tab")
        assert_drawn(page, "#camera-map", "camera-fill", at=SEEN, beside=BEHIND)


def test_a_reviewer_sees_the_registration_on_the_map(agency, windows):
    pending_camera(registrant(agency)[1])
    for page in windows(staff(Role.PROGRAM_MANAGER, agency), "/admin/cameras/camera/next/", PHONE_DARK, DESK_LIGHT):
        if page.locator("#id_reason").count():
            page.locator("#id_reason").fill("Weekly review")
            page.keyboard.press("Enter")
        assert_drawn(page, "#cameras-map", "cameras-fill", at=SEEN, beside=BEHIND)


def test_the_request_form_draws_the_circle_that_its_fields_say(agency, windows):
    path = "/admin/footage_requests/footagerequest/compose/"
    for page in windows(staff(Role.DETECTIVE, agency), path, PHONE_DARK, DESK_LIGHT):
        for label, value in {"Latitude": HERE[1], "Longitude": HERE[0], "Radius": 1312}.items():
            page.locator("#place_1").get_by_label(label).fill(str(value))
            page.locator("#place_1").get_by_label(label).press("Tab")
        assert_drawn(page, "#area-map", "td-polygon", at=north_of(HERE, 200), beside=north_of(HERE, 460))


def test_a_map_follows_the_theme_that_is_switched(agency, windows):
    path = "/admin/footage_requests/footagerequest/compose/"
    for page in windows(staff(Role.DETECTIVE, agency), path, DESK_LIGHT):
        for label, value in {"Latitude": HERE[1], "Longitude": HERE[0], "Radius": 1312}.items():
            page.locator("#place_1").get_by_label(label).fill(str(value))
            page.locator("#place_1").get_by_label(label).press("Tab")
        places = {"at": north_of(HERE, 200), "beside": north_of(HERE, 460)}
        assert_drawn(page, "#area-map", "td-polygon", **places)
        light = {name: spot(page, "#area-map", place).color for name, place in places.items()}
        page.locator("button.theme-toggle:visible").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert_drawn(page, "#area-map", "td-polygon", **places)
        for name, place in places.items():
            assert differs(light[name], spot(page, "#area-map", place).color) > 100


def test_two_taps_of_a_finger_draw_a_circle(agency, windows):
    path = "/admin/footage_requests/footagerequest/compose/"
    for page in windows(staff(Role.DETECTIVE, agency), path, PHONE_LIGHT, has_touch=True):
        spot(page, "#area-map", HERE)  # the map is there
        page.get_by_role("button", name="Draw a circle").tap()
        box = page.locator("#area-map").bounding_box()
        assert box
        middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.touchscreen.tap(*middle)
        page.touchscreen.tap(middle[0] + 2, middle[1])  # a trembling finger: no circle yet
        page.touchscreen.tap(middle[0] + 80, middle[1])
        expect(page.locator("#place_1").get_by_label("Latitude")).not_to_have_value("")
        longitude, latitude = (
            float(page.locator("#place_1").get_by_label(name).input_value()) for name in ("Longitude", "Latitude")
        )
        radius = float(page.locator("#place_1").get_by_label("Radius").input_value()) * 0.3048
        assert radius > 1000  # the whole city is in view
        center = (longitude, latitude)
        at, beside = north_of(center, radius / 2), north_of(center, radius * 1.2)
        assert_drawn(page, "#area-map", "td-polygon", at=at, beside=beside)


def test_a_request_draws_its_area_and_for_a_purpose_the_cameras(agency, windows):
    _user, partner = registrant(agency)
    middle = (CENTER[0], CENTER[1])
    opened = open_request(agency, camera_at(partner))
    path = f"/admin/footage_requests/footagerequest/{opened.request.public_id}/"
    for page in windows(opened.author, path, PHONE_LIGHT, DESK_DARK):
        reason = page.get_by_label("Why do you need to see where the cameras are?")
        if reason.count():
            assert_drawn(page, "#area-map", "area-fill", at=north_of(middle, 200), beside=north_of(middle, 340))
            assert "cameras-fill" not in spot(page, "#area-map", north_of(middle, 20)).layers
            reason.fill("Plan whom to visit first")
            page.get_by_role("button", name="Record it and show the cameras").click()
        assert_drawn(page, "#area-map", "cameras-fill", at=north_of(middle, 25), beside=north_of(middle, -25))


def test_a_meeting_marks_the_tapped_place(agency, windows):
    path = "/admin/imports/cameraimport/meeting/"
    for page in windows(staff(Role.PROGRAM_MANAGER, agency), path, PHONE_DARK, DESK_LIGHT):
        if page.get_by_label("Why do you need to see this import").count():
            page.get_by_label("Why do you need to see this import").fill("Midtown meeting, library")
            page.get_by_role("button", name="Continue").click()
        page.locator("#meeting-map canvas").click()
        expect(page.get_by_label("Latitude")).not_to_have_value("")
        place = tuple(float(page.get_by_label(name).input_value()) for name in ("Longitude", "Latitude"))
        pin = spot(page, "#meeting-map", place)
        assert differs(pin.color, pixel(page.locator("#meeting-map"), 30, 60)) > 40


def test_today_shades_the_zones(agency, windows):
    _user, partner = registrant(agency)
    for _ in range(6):
        camera(partner)
    for page in windows(staff(Role.PROGRAM_MANAGER, agency), "/admin/", PHONE_DARK, DESK_LIGHT):
        drawing = page.locator(".zone-map svg")
        box = drawing.bounding_box()
        shape = drawing.locator("polygon").first.bounding_box()
        assert box
        assert shape
        inside = (shape["x"] - box["x"] + shape["width"] / 4, shape["y"] - box["y"] + shape["height"] / 4)
        assert differs(pixel(drawing, *inside), pixel(page.locator("#content"), 1, 1)) > 15


def test_a_year_typed_into_from_arrives_whole_in_to(agency, windows):
    day = timezone.localdate() - timedelta(days=1)
    path = "/admin/footage_requests/footagerequest/compose/"
    for page in windows(staff(Role.DETECTIVE, agency), path, DESK_LIGHT):
        start = page.get_by_role("group", name="From").get_by_label("Date")
        start.click(position={"x": 14, "y": 14})
        page.keyboard.type(day.strftime("%m%d%Y"), delay=40)
        expect(start).to_have_value(day.isoformat())
        expect(page.get_by_role("group", name="To").get_by_label("Date")).to_have_value(day.isoformat())
