"""The register harvested: a detective with invented cases, an approved one and calls learns no more than the cap."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.services import record_access
from apps.accounts.models import User
from apps.agencies.models import Agency, Case, Role
from apps.cameras.models import Camera
from apps.core.errors import TooMany
from apps.findings.models import Finding
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.services import access_cameras
from apps.footage_requests.tasks import notice_cases_without_approval
from apps.ledger.models import Entry
from apps.ledger.values import Subject
from tests.factories.access import agreed_to_places, map_purpose
from tests.factories.calls import call_of
from tests.factories.cameras import DOWNTOWN, pending_camera, reviewer
from tests.factories.footage_requests import CENTER, camera_at, circle, open_request
from tests.factories.imports import checked, for_agency, problems_of
from tests.factories.people import AgencyFactory, CaseFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

MAP, PLACES = "admin:partner_map", "admin:partner_map_places"
STEP = 0.004  # degrees: about 400 meters
PER_PURPOSE, PER_DAY = 12, 20


@pytest.fixture(autouse=True)
def caps(settings):
    settings.PLACES_PER_PURPOSE, settings.PLACES_PER_DAY = PER_PURPOSE, PER_DAY


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


@pytest.fixture
def register(agency) -> list[Camera]:
    """Sixty-four homes on a grid about downtown, a block apart."""
    _user, partner = registrant(agency)
    steps = [index * STEP for index in range(-4, 4)]
    return [camera_at(partner, CENTER[1] + up, CENTER[0] + right) for up, right in itertools.product(steps, steps)]


class Harvester:
    """A detective who tries every page, and what the pages gave away."""

    def __init__(self, user: User, agency: Agency) -> None:
        self.user, self.agency = user, agency
        self.client = sign_in(Client(), user)
        self.learned: set[str] = set()
        self.requests = 0

    def name(self, kind: str, **said: Any) -> int:
        """Give a purpose of the map; returns the status."""
        given = {"agency": str(self.agency.public_id), "kind": kind, "reason": "Who may have seen the van", **said}
        self.requests += 1
        return self.client.post(reverse(MAP), given).status_code

    def look(self, west: float, south: float, east: float, north: float) -> Any:
        """One view of the map; keeps what it showed."""
        self.requests += 1
        query = {"bounds": f"{west},{south},{east},{north}"}
        answer = self.client.get(reverse(PLACES), query, headers={"accept": "application/json"})
        found = answer.json().get("cameras", [])
        self.learned |= {one["id"] for one in found}
        return answer

    def sweep(self) -> list[Any]:
        """Tile after tile over the whole city."""
        tiles = itertools.product(range(-4, 4, 2), range(-4, 4, 2))
        half = STEP / 2
        return [
            self.look(
                CENTER[0] + right * STEP - half,
                CENTER[1] + up * STEP - half,
                CENTER[0] + right * STEP + 3 * half,
                CENTER[1] + up * STEP + 3 * half,
            )
            for up, right in tiles
        ]


@pytest.fixture
def harvester(agency) -> Harvester:
    return Harvester(staff(Role.DETECTIVE, agency), agency)


def test_invented_cases_open_not_one_place(harvester, register):
    for number in range(25):
        assert harvester.name("case", case_number=f"99-{number:06d}") == 409
        harvester.look(CENTER[0] - 0.01, CENTER[1] - 0.01, CENTER[0] + 0.01, CENTER[1] + 0.01)
    harvester.sweep()
    assert harvester.requests > 50
    assert harvester.learned == set()
    assert not Purpose.objects.exists()


def test_who_tries_case_after_case_is_told_to_the_auditor_once_and_counted_up(harvester, agency, register):
    """The refusal keeps nothing, the finding stays: one row and one entry, however often it is tried."""
    for number in range(25):
        harvester.name("case", case_number=f"99-{number:06d}")
        assert Finding.objects.filter(kind="access.cases_refused").exists() == (number >= 4)
    finding = Finding.objects.get()
    assert (finding.times, finding.about_id, finding.agency) == (
        21,
        str(harvester.user.public_id),
        str(agency.public_id),
    )
    assert Entry.objects.filter(action="finding.opened").count() == 1
    assert not Case.objects.exists()


def test_one_refused_case_on_the_way_to_a_supervisor_is_no_finding(harvester, agency, register):
    agreed_to_places(harvester.user, agency, "26-1")
    assert [harvester.name("case", case_number=number) for number in ("26-2", "26-1")] == [409, 302]
    assert not Finding.objects.exists()


def test_one_approved_case_opens_what_is_near_its_area(harvester, agency, register):
    opened = open_request(agency, area=circle(300))
    assert harvester.name("case", case_number=opened.request.case.number) == 302
    harvester.sweep()
    near = {
        str(one.public_id)
        for one in Camera.objects.select_related("place")
        if abs(one.place.latitude - CENTER[1]) < 0.0075 and abs(one.place.longitude - CENTER[0]) < 0.0087
    }
    assert 0 < len(harvester.learned) <= PER_PURPOSE
    assert harvester.learned <= near


def test_case_after_case_and_call_after_call_open_no_more_than_the_day_allows(harvester, agency, register):
    """Three agreed cases and four calls all over the city: the person's own limit holds across them."""
    for number in range(3):
        agreed_to_places(harvester.user, agency, f"26-{number}")
        assert harvester.name("case", case_number=f"26-{number}") == 302
        harvester.sweep()
    for number in range(-4, 4, 2):
        call = call_of(agency, latitude=CENTER[1] + number * STEP, longitude=CENTER[0])
        assert harvester.name("call", call=str(call.public_id)) == 302
        harvester.sweep()
    assert len(harvester.learned) <= PER_DAY


def test_a_call_opens_what_is_near_it_and_no_more_than_a_purpose_allows(harvester, agency, settings, register):
    settings.CALL_NEAR_M = 600
    assert harvester.name("call") == 422
    assert harvester.name("call", latitude=CENTER[1], longitude=CENTER[0]) == 422  # a place that nobody reported
    foreign = call_of(AgencyFactory.create(), latitude=CENTER[1], longitude=CENTER[0])
    assert harvester.name("call", call=str(foreign.public_id)) == 422
    call = call_of(agency, latitude=CENTER[1], longitude=CENTER[0])
    assert harvester.name("call", call=str(call.public_id)) == 302
    harvester.sweep()
    far = {str(one.public_id) for one in register if abs(one.place.latitude - CENTER[1]) > 0.006}
    assert 0 < len(harvester.learned) <= PER_PURPOSE
    assert not harvester.learned & far


def test_who_has_nothing_left_is_refused_alike_where_cameras_stand_and_where_none_does(harvester, agency, register):
    """Else the refusal itself would say, tile by tile, where a camera is."""
    agreed_to_places(harvester.user, agency, "26-1")
    harvester.name("case", case_number="26-1")
    harvester.sweep()
    assert len(harvester.learned) == PER_PURPOSE
    full = harvester.look(CENTER[0] - 0.001, CENTER[1] - 0.001, CENTER[0] + 0.001, CENTER[1] + 0.001)
    empty = harvester.look(CENTER[0] + 0.001, CENTER[1] + 0.001, CENTER[0] + 0.002, CENTER[1] + 0.002)
    assert (full.status_code, full.content) == (empty.status_code, empty.content)
    assert full.status_code == 429
    assert "say again why you need access" in full.json()["detail"]


def test_the_cameras_of_a_request_count_too_and_those_with_footage_come_first(harvester, agency, register):
    opened = open_request(agency, area=circle(1500))
    assert len(opened.matches) > PER_PURPOSE
    last = opened.matches[-1]
    type(last).objects.filter(pk=last.pk).update(answer="has_footage", state="answered")
    page = reverse("admin:footage_requests_footagerequest_change", args=[opened.request.public_id])
    purpose = reverse("admin:footage_requests_footagerequest_purpose", args=[opened.request.public_id])
    harvester.client.post(purpose, {"reason": "Whom to visit first"})
    seen = access_cameras(user=harvester.user, request=opened.request)
    assert len(seen) == PER_PURPOSE
    assert seen[0].match == last.public_id
    assert "not listed" in harvester.client.get(page).content.decode()


def test_a_second_colleague_does_not_see_what_the_first_asked_for(harvester, agency, register):
    agreed_to_places(staff(Role.DETECTIVE, agency), agency, "26-1")
    assert harvester.name("case", case_number="26-1") == 409


def test_a_request_that_is_withdrawn_closes_the_map_at_once(harvester, agency, register):
    opened = open_request(agency)
    harvester.name("case", case_number=opened.request.case.number)
    FootageRequest.objects.filter(pk=opened.request.pk).update(state="withdrawn")
    assert {answer.status_code for answer in harvester.sweep()} == {404}


def test_a_reviewer_pages_through_no_more_registrations_than_the_day_allows(agency):
    manager, _purpose = reviewer(agency)
    client = sign_in(Client(), manager)
    _user, partner = registrant(agency)
    shown = 0
    for number in range(PER_PURPOSE + 5):
        one = pending_camera(partner, latitude=DOWNTOWN[0] + number * 0.003, name=f"Porch {number}")
        page = client.get(reverse("admin:cameras_camera_change", args=[one.public_id])).content.decode()
        shown += f"{one.place.latitude:.6f}" in page
    assert shown == PER_PURPOSE


def test_the_map_of_a_review_opens_what_is_near_its_registration_alone(agency, register):
    manager = staff(Role.PROGRAM_MANAGER, agency)
    client = sign_in(Client(), manager)
    under_review = register[0]
    page = f"{reverse(MAP)}?camera={under_review.public_id}"
    said = {"agency": str(agency.public_id), "kind": "registration_review", "reason": "Is it the same house?"}
    assert client.post(reverse(MAP), said).status_code == 422
    assert client.post(page, said).status_code == 302
    answer = client.get(reverse(PLACES), {"bounds": "-85,30,-84,31"}).json()
    assert [one["id"] for one in answer["cameras"]] == [str(under_review.public_id)]


def test_no_other_way_of_writing_an_access_opens_more(agency, register):
    """`record_access` itself refuses: a caller that forgets to ask opens nothing."""
    purpose = map_purpose(staff(Role.DETECTIVE, agency), agency, PurposeKind.CASE)
    everything = [str(one.public_id) for one in register]
    with pytest.raises(TooMany):
        record_access(purpose, "camera.place_viewed", Subject.of("purpose", purpose.public_id), cameras=everything)


def test_half_of_what_is_allowed_is_told_to_the_auditor_at_once(harvester, agency, register):
    agreed_to_places(harvester.user, agency, "26-1")
    harvester.name("case", case_number="26-1")
    findings = Finding.objects.filter(kind="access.many_places")
    for answer in harvester.sweep():
        if len(harvester.learned) * 2 <= PER_PURPOSE:
            assert not findings.exists(), answer
    finding = findings.get()
    assert (finding.about_id, finding.agency) == (str(harvester.user.public_id), str(agency.public_id))
    assert not set(finding.facts) - {"places_in_24_hours", "places_for_purpose", "purpose"}


def test_places_opened_for_a_case_without_any_approval_are_told_to_the_auditor(agency, register):
    """No page allows it today, so the purpose is written as an older version of the portal wrote it."""
    user, case = staff(Role.DETECTIVE, agency), CaseFactory.create(agency=agency)
    purpose = Purpose.objects.create(
        user=user,
        agency=agency,
        kind=PurposeKind.CASE,
        access=AccessKind.PARTNER_MAP,
        case=case,
        reason="Who saw the van",
        ends_at=timezone.now() + timedelta(hours=1),
    )
    record_access(purpose, "camera.place_viewed", Subject.of("camera", register[0].public_id))
    assert notice_cases_without_approval() == 1
    assert Finding.objects.get(kind="access.case_without_approval").about_id == str(case.public_id)
    agreed_to_places(user, agency, case.number)
    assert notice_cases_without_approval() == 0


def test_an_import_of_guesses_learns_nothing_of_the_register(agency, register):
    """A file with a row at each registered camera, and the same file a kilometer away, are told the same."""
    manager = staff(Role.PROGRAM_MANAGER, agency)
    told = []
    for shift in (0.0, 0.05):
        rows = [
            f"Guess,{one.place.latitude + shift},{one.place.longitude},{one.place.bearing},guess{number}@example.org"
            for number, one in enumerate(register[:10])
        ]
        content = "\n".join(["name,latitude,longitude,bearing,owner email", *rows, ""])
        guesses = checked(for_agency(content.encode(), agency, manager))
        told.append((list(guesses.rows.order_by("number").values_list("state", flat=True)), problems_of(guesses)))
    assert told[0] == told[1]
