"""Imports in a browser: a business brings its cameras, an agency those of others, an owner answers."""

from __future__ import annotations

import os
import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.cameras.models import Camera
from apps.imports.models import CameraImport
from apps.imports.services import work_on_import
from apps.notifications.models import Message
from apps.prospects import services as owners
from apps.prospects.models import OwnerInvitation, PreRegisteredCamera
from tests.factories.imports import checked, csv_of, for_agency, imported, line, received
from tests.factories.people import AgencyFactory, ZoneFactory, registrant, staff, terms_in_force
from tests.factories.sessions import sign_in as signed_in
from tests.flows.walking import DESK, PHONE, walking
from tests.waiting import PATIENCE_S

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture(autouse=True)
def town(monkeypatch):
    # No worker runs here, so what a slow machine leaves unfinished would stay so.
    monkeypatch.setattr("apps.imports.pages._AT_ONCE_S", PATIENCE_S)
    cache.clear()
    agency = AgencyFactory.create(name="Tallahassee Police Department", short_name="TPD")
    ZoneFactory.create(agency=agency)
    terms_in_force()
    return agency


def sign_in(walk, user: User) -> None:
    """The window holds a session of this person, staff with the second factor."""
    session = signed_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    walk.page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": walk.address}])


def look(walk, name: str) -> None:
    """The checks of every page, and a picture of it where somebody wants to look."""
    walk.check()
    if SHOTS:
        walk.page.screenshot(path=f"{SHOTS}/{name}-{walk.width}.png", full_page=True)


def file_of(content: bytes) -> dict:
    return {"name": "cameras.csv", "mimeType": "text/csv", "buffer": content}


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_business_brings_its_cameras_mends_them_and_takes_them_back(live_server, town, width):
    user, partner = registrant(town)
    rows = [
        line(1),
        line(2, latitude="-84.28", longitude="30.44"),
        line(3, bearing="upwards"),
        line(4, name="=SUM(A1)", bearing=""),
        line(5, longitude="far away"),
    ]
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, user)
        walk.go("/cameras/import/")
        look(walk, "import-index")
        page.get_by_role("button", name="Read the file").click()
        expect(page.get_by_text("Choose a file first").first).to_be_visible()
        look(walk, "import-index-refused")
        page.get_by_label("CSV or GeoJSON file").set_input_files(file_of(csv_of(*rows)))
        page.get_by_role("button", name="Read the file").click()
        page.wait_for_url("**/columns/")
        expect(page.get_by_label("retention_hours")).to_have_value("retention")
        look(walk, "import-columns")
        page.get_by_role("button", name="Check the rows").click()
        expect(page.get_by_role("heading", name="Check before importing")).to_be_visible()
        look(walk, "import-checked")
        page.get_by_role("button", name="Swap them").click()
        expect(page.get_by_role("button", name="Import 3 cameras")).to_be_visible()
        walk.press("[data-row='4'] a")
        page.wait_for_url("**/rows/4/")
        look(walk, "import-row")
        page.get_by_label("Direction it looks").fill("sideways")
        page.get_by_role("button", name="Save and check this row").click()
        expect(page.get_by_role("alert")).to_contain_text("no direction")
        walk.check()
        page.get_by_label("Direction it looks").fill("NE")
        page.get_by_role("button", name="Save and check this row").click()
        expect(page.get_by_text("Row 4 is in order now.")).to_be_visible()
        page.locator("[data-row='6']").get_by_role("button", name="Leave it out").click()
        page.get_by_role("button", name="Import 4 cameras").click()
        expect(page.get_by_role("heading", name="Import finished")).to_be_visible()
        look(walk, "import-done")
        assert sorted(camera.name for camera in Camera.objects.all()) == [
            "=SUM(A1)",
            "Camera 1",
            "Camera 2",
            "Camera 3",
        ]
        walk.go("/cameras/import/")
        with page.expect_download() as download:
            page.get_by_role("link", name="All my cameras (CSV)").click()
        assert "'=SUM(A1)" in download.value.path().read_text("utf-8-sig")
        page.get_by_role("link", name=re.compile("^Open")).click()
        page.get_by_text("Undo this import").first.click()
        page.get_by_role("button", name="Undo this import").click()
        expect(page.get_by_role("heading", name="Import undone")).to_be_visible()
        look(walk, "import-undone")
    assert set(Camera.objects.values_list("state", flat=True)) == {"retired"}


def test_progress_is_shown_with_and_without_script(live_server, town, monkeypatch):
    user, partner = registrant(town)
    camera_import = checked(received(csv_of(*(line(number) for number in range(30))), partner=partner, user=user))
    monkeypatch.setattr("apps.imports.services.working.MOST_ROWS", 10)
    monkeypatch.setattr("apps.imports.pages._AT_ONCE_S", 0.0)
    with walking(live_server.url) as walk:
        sign_in(walk, user)
        walk.go(f"/cameras/import/{camera_import.public_id}/")
        walk.page.get_by_role("button", name="Import 30 cameras").click()
        expect(walk.page.get_by_text("10 of 30 rows are done.")).to_be_visible()
        look(walk, "import-busy")
        work_on_import(camera_import.pk)
        expect(walk.page.get_by_role("heading", name="Import finished")).to_be_visible()
    assert Camera.objects.count() == 30


HEADER = b"name,address,latitude,longitude,bearing,owner name,owner email\n"


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_agency_brings_a_registry_and_an_owner_takes_their_camera_over(live_server, town, width):
    manager = staff(Role.PROGRAM_MANAGER, town)
    content = HEADER + b"Gate,1 Secret Lane,30.44,-84.28,N,Ada,ada@example.org\nYard,2 Lane,30.45,-84.28,,Bob,nowhere\n"
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, manager)
        walk.go("/admin/imports/cameraimport/")
        look(walk, "staff-index")
        page.get_by_label("CSV or GeoJSON file").set_input_files(file_of(content))
        page.get_by_label("Where does this list come from").fill("The list of the old registry.")
        page.get_by_role("button", name="Read the file").click()
        page.wait_for_url("**/columns/")
        look(walk, "staff-columns")
        page.get_by_role("button", name="Check the rows").click()
        expect(page.get_by_text("This is not an e-mail address.")).to_be_visible()
        look(walk, "staff-checked")
        page.get_by_role("button", name="Import 1 camera").click()
        expect(page.get_by_role("heading", name="Import finished")).to_be_visible()
        walk.go("/admin/prospects/ownerinvitation/")
        walk.check()
    owners.invite_due_owners()
    link = re.search(r"/owners/\S+", Message.objects.get(kind="owner.invitation").text)[0]
    with walking(live_server.url, width) as walk:
        page = walk.page
        walk.go(link.split("#")[0])
        look(walk, "owner-invitation")
        walk.go(link)
        expect(page.get_by_role("heading", name="Is this yours?")).to_be_visible()
        look(walk, "owner")
        page.get_by_label("Tallahassee Police Department").check()
        page.get_by_role("button", name="I accept the terms: this is mine").click()
        page.wait_for_url("**/cameras/")
        expect(page.get_by_role("heading", name="Gate")).to_be_visible()
    assert Camera.objects.get().site.partner.memberships.get().user.email == "ada@example.org"


def test_an_owner_is_removed_in_one_tap(live_server, town):
    imported(checked(for_agency(HEADER + b"Gate,1 Secret Lane,30.44,-84.28,N,Ada,ada@example.org\n", town)))
    owners.invite_due_owners()
    link = re.search(r"/owners/\S+", Message.objects.get(kind="owner.invitation").text)[0]
    with walking(live_server.url) as walk:
        walk.go(link)
        walk.page.get_by_role("button", name="Remove me").click()
        expect(walk.page.get_by_role("heading", name="You are removed")).to_be_visible()
        look(walk, "owner-removed")
    assert not PreRegisteredCamera.objects.exclude(details="").exists()


@pytest.mark.parametrize("width", [PHONE, 768])
def test_people_are_entered_at_a_meeting_on_a_tablet(live_server, town, width):
    manager = staff(Role.PROGRAM_MANAGER, town)
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, manager)
        walk.go("/admin/imports/cameraimport/meeting/")
        look(walk, "meeting-purpose")
        page.get_by_label("Why do you need to see this import").fill("Midtown meeting, library")
        page.get_by_role("button", name="Continue").click()
        expect(page.locator("#meeting-map[data-ready=true]")).to_be_visible()
        look(walk, "meeting")
        page.get_by_label("E-mail").fill("ada@example.org")
        page.get_by_label("Name", exact=True).fill("Ada")
        page.locator("#meeting-map canvas").click()
        expect(page.get_by_label("Latitude")).not_to_have_value("")
        page.get_by_label("Name of the camera").fill("Front door")
        page.get_by_label("Which way does it look?").select_option("45")
        small = page.evaluate(
            """() => [...document.querySelectorAll('#meeting-form :is(button, .choice, .usa-input, .usa-select)')]
               .filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"""
        )
        assert small == []
        page.get_by_role("button", name="Save and mail").click()
        expect(page.get_by_text("1 person entered so far.")).to_be_visible()
        walk.check()
    assert OwnerInvitation.objects.get().state == "invited"
    assert Message.objects.filter(kind="owner.invitation").count() == 1


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_of_an_import_is_accessible_in_spanish(live_server, town, width):
    user, partner = registrant(town)
    camera_import = checked(received(csv_of(line(1), line(2, latitude="north")), partner=partner, user=user))
    fresh = received(csv_of(line(1)), partner=partner, user=user)
    User.objects.update(language="es")
    with walking(live_server.url, width) as walk:
        page = walk.page
        sign_in(walk, user)
        for path in (
            "",
            f"{camera_import.public_id}/",
            f"{camera_import.public_id}/rows/3/",
            f"{fresh.public_id}/columns/",
        ):
            walk.go(f"/cameras/import/{path}")
            assert page.locator("html").get_attribute("lang") == "es"
            look(walk, f"es-{path.count('/')}")
    assert CameraImport.objects.count() == 2
