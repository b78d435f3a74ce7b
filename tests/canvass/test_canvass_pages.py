"""The officers' pages of a canvass at a desk: begin, go along, add, correct, remove, end; and what they do not show."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.canvass.models import Canvass, CanvassOfficer, Visit
from apps.canvass.services import end_canvass
from apps.canvass.states import CanvassState
from apps.ledger.models import Entry
from tests.factories.access import map_purpose
from tests.factories.canvass import canvass, joined, told, visit, works_on
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, CaseFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    return sign_in(Client(), user)


def page(canvass: Canvass, name: str = "change") -> str:
    return reverse(f"admin:canvass_canvass_{name}", args=[canvass.public_id])


def form(**given: object) -> dict[str, object]:
    return {"address": "12 Oak St.", "outcome": "will_give", "note": "", "request_key": str(uuid4()), **given}


def test_a_canvass_begins_on_the_page_of_its_case_and_doors_are_added() -> None:
    case = CaseFactory.create()
    client = client_of(works_on(case))
    begin = f"{reverse('admin:canvass_canvass_begin')}?case={case.public_id}"
    assert begin in client.get(reverse("admin:agencies_case_change", args=[case.public_id])).content.decode()
    place = {"where": "Oak Street", "latitude": "30.4383", "longitude": "-84.2807", "radius_ft": "500"}
    answer = client.post(begin, {**place, "request_key": str(uuid4())}, follow=True)
    made = Canvass.objects.get()
    assert made.area is not None
    assert made.area["radius_m"] == pytest.approx(152.4)
    assert "Nobody has been at a door yet." in answer.content.decode()
    sent = form(outcome="come_back", come_back_at="2026-12-01T18:30", note="Ring twice.")
    for _again in range(2):
        answer = client.post(page(made, "visit"), sent, follow=True)
    assert "12 Oak St." in answer.content.decode()
    assert "6:30 p.m. EST" in answer.content.decode()
    assert Visit.objects.count() == 1
    assert "Oak Street" in client.get(reverse("admin:agencies_case_change", args=[case.public_id])).content.decode()


def test_half_a_place_and_an_empty_address_are_named_beside_their_fields() -> None:
    made = canvass()
    client = client_of(made.began_by)
    begin = f"{reverse('admin:canvass_canvass_begin')}?case={made.case.public_id}"
    answer = client.post(begin, {"where": "Oak", "latitude": "30.4", "request_key": str(uuid4())})
    assert (answer.status_code, "Give both, or neither." in answer.content.decode()) == (422, True)
    answer = client.post(page(made, "visit"), form(address=" "))
    assert (answer.status_code, "Please fill this in." in answer.content.decode()) == (422, True)
    answer = client.post(page(made, "visit"), form(come_back_at="soon"))
    assert (answer.status_code, "Enter a date and a time." in answer.content.decode()) == (422, True)


def test_the_page_of_a_request_begins_a_canvass_with_its_area() -> None:
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    client = client_of(opened.author)
    begin = f"{reverse('admin:canvass_canvass_begin')}?request={opened.request.public_id}"
    shown = client.get(reverse("admin:footage_requests_footagerequest_change", args=[opened.request.public_id]))
    assert begin in shown.content.decode()
    client.post(begin, {"where": "Around the shop", "request_key": str(uuid4())})
    assert Canvass.objects.get().area == opened.request.area


def test_a_colleague_with_a_reason_goes_along_and_others_find_nothing() -> None:
    made = canvass()
    colleague, stranger = works_on(made.case), staff(Role.DETECTIVE, made.agency)
    assert client_of(stranger).get(page(made)).status_code == 404
    client = client_of(colleague)
    assert "Go along" in client.get(page(made)).content.decode()
    client.post(page(made, "join"))
    shown = client.get(page(made)).content.decode()
    assert "Add a door" in shown
    assert "End the canvass" not in shown
    assert client.post(page(made, "end")).status_code == 403


def test_who_leads_corrects_a_colleagues_visit_removes_the_colleague_and_ends_it() -> None:
    made = canvass()
    colleague = joined(made)
    theirs = visit(made, colleague)
    client = client_of(made.began_by)
    correct = reverse("admin:canvass_canvass_correct", args=[theirs.public_id])
    assert "12 Oak St., Apt. 4" in client.get(correct).content.decode()
    client.post(correct, form(outcome="says_no"))
    shown = client.get(page(made)).content.decode()
    assert "Earlier words" in shown
    officer = CanvassOfficer.objects.get(user=colleague)
    client.post(reverse("admin:canvass_canvass_remove", args=[officer.public_id]))
    assert client_of(colleague).get(page(made)).status_code == 404
    client.post(reverse("admin:canvass_canvass_readmit", args=[officer.public_id]))
    assert client_of(colleague).get(page(made)).status_code == 200
    client.post(page(made, "end"))
    made.refresh_from_db()
    assert made.state == CanvassState.ENDED
    shown = client.get(page(made)).content.decode()
    assert "Add a door" not in shown
    assert "<strong>1</strong> has a camera, says no" in shown


def test_registered_cameras_open_under_a_purpose_for_this_case_and_are_recorded() -> None:
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner))
    made = canvass(opened.author, case=opened.request.case, request=opened.request)
    client = client_of(opened.author)
    refused = client.post(page(made, "near"), headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (403, "purpose")
    map_purpose(opened.author, agency, "case", number="26-other")
    assert client.post(page(made, "near"), headers={"accept": "application/json"}).status_code == 403
    map_purpose(opened.author, agency, "case", number=made.case.number)
    before = Entry.objects.filter(action="camera.place_viewed").count()
    answer = client.post(page(made, "near"), headers={"accept": "application/json"})
    assert "no-store" in answer["Cache-Control"]
    assert [camera["id"] for camera in answer.json()["cameras"]] == [str(opened.match.camera.public_id)]
    assert Entry.objects.filter(action="camera.place_viewed").count() == before + 1


def test_a_visit_that_came_late_and_a_clock_that_was_wrong_are_said() -> None:
    made = canvass()
    end_canvass(canvass=made, user=made.began_by)
    visit(made, at=timezone.now() - timedelta(days=1), skew_s=86_400)
    shown = client_of(made.began_by).get(page(made)).content.decode()
    assert "sent after the end of the canvass" in shown
    assert "and was wrong" in shown


def test_the_list_shows_ones_own_and_tells_others_nothing() -> None:
    made = canvass()
    listed = reverse("admin:canvass_canvass_changelist")
    assert "1200 block of Oak Street" in client_of(made.began_by).get(listed).content.decode()
    assert "Oak Street" not in client_of(staff(Role.DETECTIVE, made.agency)).get(listed).content.decode()
    assert told().address not in client_of(made.began_by).get(listed).content.decode()
