"""The pages of an import: who may do what in which state, what is refused, and what leaks nowhere."""

from __future__ import annotations

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.agencies.models import Role, RoleGrant
from apps.cameras.models import Camera
from apps.imports.models import CameraImport
from apps.ledger.models import Entry
from apps.partners.models import MemberRole, Membership
from tests.factories.cameras import pending_camera
from tests.factories.imports import checked, csv_of, for_agency, imported, line, received, undone
from tests.factories.people import AgencyFactory, UserFactory, registrant, staff
from tests.factories.sessions import sign_in
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.django_db
CANARY = "Kestrelcanary"


@pytest.fixture(autouse=True)
def done_while_one_waits(monkeypatch):
    """No worker runs here, so what a slow machine leaves unfinished would stay so."""
    monkeypatch.setattr("apps.imports.pages._AT_ONCE_S", PATIENCE_S)


# Role by state: what the verb's page answers. 302 done, 409 wrong state, 403 not allowed, 404 not found.
STATES = ("columns", "checked", "imported", "undone", "discarded")
VERBS = {
    "start": (409, 302, 409, 409, 409),
    "undo": (409, 409, 302, 409, 409),
    "swap": (302, 302, 409, 409, 409),
    "again": (409, 409, 409, 409, 409),
    "discard": (302, 302, 409, 409, 302),
    "nonsense": (409, 409, 409, 409, 409),
}


def in_state(state: str, bring) -> CameraImport:
    camera_import = bring()
    if state == "columns":
        return camera_import
    camera_import = checked(camera_import)
    if state in ("imported", "undone"):
        camera_import = imported(camera_import)
    if state == "undone":
        camera_import = undone(camera_import)
    if state == "discarded":
        from apps.imports.services import discard_import
        from tests.factories.actors import actor_for

        user = camera_import.started_by
        discard_import(camera_import=camera_import, user=user, actor=actor_for(user))
    return camera_import


def by_role(partner, role: str) -> Client:
    user = UserFactory.create()
    Membership.objects.create(partner=partner, user=user, role=role)
    return sign_in(Client(), user)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("verb", VERBS)
def test_each_role_in_each_state(state, verb):
    owner, partner = registrant()
    camera_import = in_state(state, lambda: received(csv_of(line(1)), partner=partner, user=owner))
    address = f"/cameras/import/{camera_import.public_id}/act/"
    stranger, _other = registrant()
    for client, expected in (
        (Client(), 302),
        (sign_in(Client(), stranger), 404),
        (sign_in(Client(), staff(Role.PROGRAM_MANAGER)), 403),
        (by_role(partner, MemberRole.RESPONDER), 403),
    ):
        before = CameraImport.objects.values().get()
        answer = client.post(address, {"verb": verb})
        assert answer.status_code == expected
        assert expected != 302 or answer["Location"].startswith("/accounts/login/")
        assert CameraImport.objects.values().get() == before
    client = by_role(partner, MemberRole.MANAGER)
    assert client.post(address, {"verb": verb}).status_code == VERBS[verb][STATES.index(state)]


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("state", ["columns", "checked", "imported"])
def test_only_program_managers_of_the_agency_work_on_a_registry(role, state):
    agency = AgencyFactory.create()
    content = b"name,latitude,longitude,owner email\nGate,30.44,-84.28,ada@example.org\nYard,30.45,-84.28,\n"
    camera_import = in_state(state, lambda: for_agency(content, agency))
    page = f"/admin/imports/cameraimport/{camera_import.public_id}/"
    mine = sign_in(Client(), staff(role, agency))
    allowed = role == Role.PROGRAM_MANAGER
    assert mine.get(page, follow=True).status_code == (200 if allowed else 403)
    assert mine.get("/admin/imports/cameraimport/").status_code == (200 if allowed else 403)
    assert mine.get("/admin/prospects/ownerinvitation/").status_code == (200 if allowed else 403)
    other = sign_in(Client(), staff(Role.PROGRAM_MANAGER))
    assert other.get(page).status_code == 404
    assert other.post(f"{page}act/", {"verb": "discard"}).status_code == 404


def test_staff_see_rows_with_a_purpose_alone_and_each_access_is_recorded():
    agency = AgencyFactory.create()
    content = f"name,latitude,longitude,owner email\n{CANARY},30.438765,-84.28,nowhere\n".encode()
    camera_import = checked(for_agency(content, agency))
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER, agency))
    page = f"/admin/imports/cameraimport/{camera_import.public_id}/"
    for path in ("", "rows/2/", "problems.csv", "columns/"):
        answer = client.get(page + path)
        body = b"".join(answer) if answer.streaming else answer.content
        assert CANARY.encode() not in body, path
        assert b"30.4387" not in body, path
    assert not Entry.objects.filter(action="import.rows_viewed").exists()
    assert client.post(f"{page}act/", {"verb": "purpose", "reason": "x"}).status_code == 422
    client.post(f"{page}act/", {"verb": "purpose", "reason": "Mending the list"})
    assert CANARY in client.get(page).content.decode()
    assert "30.438765" in client.get(f"{page}rows/2/").content.decode()
    assert Entry.objects.filter(action="import.rows_viewed").count() == 2
    assert "no-store" in client.get(page)["Cache-Control"]


def test_a_reason_given_for_an_import_opens_no_registration():
    agency = AgencyFactory.create()
    home = pending_camera(registrant(agency)[1], latitude=30.438765)
    camera_import = checked(for_agency(b"name,latitude,longitude,owner email\nGate,30.44,-84.28,nowhere\n", agency))
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER, agency))
    client.post(
        f"/admin/imports/cameraimport/{camera_import.public_id}/act/",
        {"verb": "purpose", "reason": "The merchants' list"},
    )
    page = client.get(reverse("admin:cameras_camera_change", args=[home.public_id])).content.decode()
    assert "30.438765" not in page
    assert "Why do you review this registration?" in page
    assert not Entry.objects.filter(action="camera.place_viewed").exists()


def upload(client: Client, content: bytes, name: str = "cameras.csv"):
    file = SimpleUploadedFile(name, content)
    return client.post("/cameras/import/", {"request_key": uuid.uuid4(), "file": file})


def test_a_file_that_is_too_large_is_refused_without_being_kept(settings):
    settings.IMPORT_MAX_BYTES = 50_000
    user, _partner = registrant()
    answer = upload(sign_in(Client(), user), b"name,latitude,longitude\n" + b"x" * 60_000)
    assert answer.status_code == 422
    assert "larger than" in answer.content.decode()
    assert CameraImport.objects.count() == 0


def test_an_empty_file_and_none_are_said():
    user, _partner = registrant()
    client = sign_in(Client(), user)
    assert "This file is empty." in upload(client, b"").content.decode()
    answer = client.post("/cameras/import/", {"request_key": uuid.uuid4()})
    assert answer.status_code == 422
    assert "Choose a file first" in answer.content.decode()


def test_a_form_from_elsewhere_is_refused():
    user, _partner = registrant()
    client = sign_in(Client(enforce_csrf_checks=True), user)
    assert upload(client, csv_of(line(1))).status_code == 403
    assert CameraImport.objects.count() == 0


def test_a_file_lies_in_memory_and_nothing_of_it_in_the_log(caplog, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    user, _partner = registrant()
    content = csv_of(*(line(number, name=CANARY) for number in range(2000)), line(1, latitude=CANARY))
    client = sign_in(Client(), user)
    answer = upload(client, content, f"{CANARY}.csv")
    assert answer.status_code == 302
    client.post(answer["Location"], {"column_0": "nonsense"})
    assert CANARY not in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_exports_hold_places_for_their_owner_alone():
    user, partner = registrant()
    imported(checked(received(csv_of(line(1, name=CANARY, latitude=30.438765)), partner=partner, user=user)))
    assert Camera.objects.count() == 1
    stranger, _other = registrant()
    for kind in ("csv", "geojson"):
        address = f"/cameras/export.{kind}"
        mine = b"".join(sign_in(Client(), user).get(address)).decode()
        assert CANARY in mine
        assert "30.438765" in mine
        for client in (Client(), sign_in(Client(), stranger), by_role(partner, MemberRole.RESPONDER),
                       sign_in(Client(), staff(Role.PROGRAM_MANAGER))):  # fmt: skip
            answer = client.get(address)
            body = b"".join(answer) if answer.streaming else answer.content
            assert CANARY.encode() not in body
            assert b"30.4387" not in body


def test_a_row_of_another_number_or_import_is_not_found():
    user, partner = registrant()
    camera_import = checked(received(csv_of(line(1)), partner=partner, user=user))
    client = sign_in(Client(), user)
    for path in (
        f"{camera_import.public_id}/rows/99/",
        f"{uuid.uuid4()}/",
        f"{uuid.uuid4()}/rows/2/",
        "template-xx.csv",
    ):
        assert client.get(f"/cameras/import/{path}").status_code == 404
    assert client.get("/cameras/export.xlsx").status_code == 404


def test_a_manager_of_two_agencies_and_a_partner_of_none_keep_apart():
    agency, second = AgencyFactory.create(), AgencyFactory.create()
    manager = staff(Role.PROGRAM_MANAGER, agency)
    RoleGrant.objects.create(user=manager, agency=second, role=Role.PROGRAM_MANAGER)
    client = sign_in(Client(), manager)
    assert client.get("/admin/imports/cameraimport/").status_code == 200
    assert client.get("/cameras/import/").status_code == 403
