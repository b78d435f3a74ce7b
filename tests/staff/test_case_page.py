"""The page of a case: who opens it, what stands there, what it costs, and pictures only behind a recorded access."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.access.models import PurposeKind
from apps.accounts.models import User
from apps.agencies.models import Case, Role
from apps.agencies.services import get_or_create_case
from apps.cameras.selectors import place_for, places_in_view
from apps.cases.models import CaseNote
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services.triage import accept_item
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import Answer
from apps.ledger.models import Entry
from apps.lists.models import ListExport
from tests.factories.access import map_purpose
from tests.factories.actors import actor_for
from tests.factories.cameras import owner_of
from tests.factories.cases import note_on
from tests.factories.evidence import received_item
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def stores(settings, tmp_path):
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


@pytest.fixture
def opened(agency):
    """An open request to one camera."""
    _user, partner = registrant(agency)
    return open_request(agency, camera_at(partner, retention_hours=60))


def client_of(user):
    return sign_in(Client(), user)


def address(case, name="change"):
    return reverse(f"admin:agencies_case_{name}", args=[case.public_id])


def body(user, case, **query):
    return client_of(user).get(address(case), query).content.decode()


def said_yes(opened):
    user = owner_of(opened.invitation.partner)
    answer_matches(
        invitation=opened.invitation,
        answers={opened.match.public_id: AnswerGiven(answer=Answer.HAS_FOOTAGE)},
        actor=actor_for(user),
        request_key=uuid4(),
    )


def with_poster(item):
    Derivative.objects.create(
        item=item, kind="poster", digest="1" * 64, size=10, content_type="image/jpeg", recipe="still"
    )
    EvidenceItem.objects.filter(pk=item.pk).update(
        state="playable",
        digest="0" * 64,
        sealed_at=timezone.now(),
    )
    item.refresh_from_db()
    return item


def test_the_page_shows_requests_deadlines_notes_people_and_what_happened(agency, opened):
    case = opened.request.case
    said_yes(opened)
    note_on(case, opened.author, "The van was white.", work_product=True)
    page = body(opened.author, case)
    assert opened.request.code in page
    assert "said yes, sent nothing, overwritten in" in page
    assert "The van was white." in page
    assert "Work product" in page
    assert "Request approved; invitations queued" in page
    assert f"{opened.author.name} (detective, {agency.short_name})" in page
    assert opened.match.camera.name not in page
    assert "1 Secret Lane" not in page


@pytest.mark.parametrize("role", Role.values)
def test_only_roles_that_work_on_cases_open_the_page_and_only_writers_get_forms(role, agency, opened):
    case, person = opened.request.case, staff(role, agency)
    answer = client_of(person).get(address(case))
    assert answer.status_code == (404 if role == Role.PROGRAM_MANAGER else 200)
    writes = role in (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN)
    assert (address(case, "note") in answer.content.decode()) is writes


@pytest.mark.parametrize("name", ["change", "note", "cad", "rms", "pictures", "purpose"])
def test_another_agency_and_an_owner_find_no_case(name, opened):
    case = opened.request.case
    for person in (staff(Role.DETECTIVE), owner_of(opened.invitation.partner)):
        client = client_of(person)
        answers = [client.post(address(case, name), {"text": "x", "number": "1", "reason": "Because of it."})]
        if name == "change":
            answers = [client.get(address(case))]
        assert all(answer.status_code in (302, 403, 404) for answer in answers)
        assert all(case.number not in answer.content.decode() for answer in answers)
    assert not CaseNote.objects.exists()
    assert Case.objects.get(pk=case.pk).cad_number == ""


def test_a_case_of_another_agency_with_the_same_number_shows_nothing_of_this_one(agency, opened):
    other = staff(Role.SUPERVISOR)
    theirs = get_or_create_case(agency=other_agency_of(other), number=opened.request.case.number)
    page = body(other, theirs)
    assert opened.request.code not in page
    assert "No request cites this case yet." in page


def other_agency_of(person):
    from apps.agencies.policies import agencies_of

    return agencies_of(person).get()


def test_notes_and_numbers_are_written_and_refused_on_the_page(opened):
    case, client = opened.request.case, client_of(opened.author)
    sent = {"request_key": uuid4(), "text": "First.", "work_product": "on"}
    assert client.post(address(case, "note"), sent).status_code == 303
    note = CaseNote.objects.get()
    rewrite = reverse("admin:agencies_case_rewrite", args=[note.public_id])
    assert client.post(rewrite, {"version": 1, "text": "Second."}).status_code == 303
    page = client.get(address(case)).content.decode()
    assert "First." in page
    assert "Second." in page
    assert client.post(address(case, "cad"), {"number": "2026-1", "known": ""}).status_code == 303
    refused = client.post(address(case, "rms"), {"number": "<b>", "known": ""})
    assert refused.status_code == 422
    assert "Use letters, digits" in refused.content.decode()
    empty = client.post(rewrite, {"version": 2, "text": " "})
    assert empty.status_code == 422
    assert Case.objects.get(pk=case.pk).cad_number == "2026-1"


def test_pictures_open_after_a_reason_and_each_is_an_access_of_its_item(opened):
    case, client = opened.request.case, client_of(opened.author)
    items = [with_poster(received_item(b"video", sent_through=opened.invitation)) for _ in range(2)]
    assert "<img" not in page_part(client.get(address(case)))
    assert client.post(address(case, "pictures")).status_code == 302
    viewed = Entry.objects.filter(action="evidence_item.viewed")
    assert not viewed.exists()
    client.post(address(case, "purpose"), {"reason": "Looking for the car."})
    assert "<img" not in page_part(client.get(address(case)))
    assert not viewed.exists()
    shown = client.post(address(case, "pictures"))
    assert page_part(shown).count("<img") == 2
    assert {entry.subject_id for entry in viewed} == {str(item.public_id) for item in items}
    assert "<img" not in page_part(client.get(address(case)))


def page_part(answer):
    return answer.content.decode().partition('id="items"')[2]


def test_an_auditor_reads_reasons_and_opens_no_picture(agency, opened):
    case = opened.request.case
    with_poster(received_item(b"video", sent_through=opened.invitation))
    client_of(opened.author).post(address(case, "purpose"), {"reason": "Looking for the car."})
    auditor, colleague = staff(Role.AUDITOR, agency), staff(Role.DETECTIVE, agency)
    assert "Looking for the car." in body(auditor, case)
    assert "Looking for the car." not in body(colleague, case)
    assert opened.author.name in body(colleague, case)
    client_of(auditor).post(address(case, "purpose"), {"reason": "I would like to see."})
    assert client_of(auditor).post(address(case, "pictures")).status_code in (302, 403)
    assert not Entry.objects.filter(action="evidence_item.viewed").exists()


def test_a_colleagues_draft_stays_the_authors(agency, opened):
    FootageRequest.objects.filter(pk=opened.request.pk).update(state="draft")
    case = opened.request.case
    assert opened.request.code not in body(staff(Role.SUPERVISOR, agency), case)
    assert opened.request.code in body(opened.author, case)


def test_the_page_takes_nineteen_queries_at_any_size(agency, django_assert_max_num_queries):
    cameras = [camera_at(registrant(agency)[1]) for _ in range(25)]
    many = [open_request(agency, *cameras) for _ in range(3)]
    case = many[0].request.case
    for number in range(30):
        received_item(b"video", sent_through=many[0].invitation, filename=f"{number}.mp4")
        note_on(case, many[0].author, f"Note {number}")
    client = client_of(many[0].author)
    client.get(address(case))
    with django_assert_max_num_queries(19):  # shared, told later, marks, canvasses and who begins one are the last
        client.get(address(case))


def test_the_list_names_ones_own_cases_first_and_finds_by_the_numbers_of_all_systems(agency, opened):
    mine = opened.request.case
    newer = [get_or_create_case(agency=agency, number=f"26-99000{n}") for n in range(3)]
    get_or_create_case(agency=other_agency_of(staff(Role.DETECTIVE)), number="26-999999")
    Case.objects.filter(pk=newer[0].pk).update(cad_number="CAD-7", rms_number="RMS-8")
    client = client_of(opened.author)
    listed = reverse("admin:agencies_case_changelist")

    def numbers(**query):
        return [case.number for case in client.get(listed, query).context["cl"].result_list]

    assert numbers() == [mine.number, *(case.number for case in reversed(newer))]
    assert numbers(q="26-99") == [case.number for case in reversed(newer)]
    assert numbers(q="cad-7") == numbers(q="RMS-8") == [newer[0].number]
    assert numbers(q="nothing") == []


def test_requests_and_items_lead_to_their_case_and_back(opened):
    case, client = opened.request.case, client_of(opened.author)
    item = received_item(b"video", sent_through=opened.invitation)
    request_page = reverse("admin:footage_requests_footagerequest_change", args=[opened.request.public_id])
    item_page = reverse("admin:evidence_evidenceitem_change", args=[item.public_id])
    for page in (request_page, item_page):
        assert address(case) in client.get(page).content.decode()
        assert page in client.get(address(case)).content.decode()
    assert request_page in client.get(item_page).content.decode()


def test_staff_read_names_and_badges_and_owners_role_and_agency(agency, opened):
    User.objects.filter(pk=opened.author.pk).update(badge="D-204")
    item = with_poster(received_item(b"video", sent_through=opened.invitation))
    accept_item(item=item, user=opened.author)
    role = f"detective, {agency.short_name}"
    page = client_of(opened.author).get(reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))
    assert f"{opened.author.name}, badge D-204 ({role})" in page.content.decode()
    case = client_of(opened.author).get(address(opened.request.case)).content.decode()
    assert f"{opened.author.name}, badge D-204 ({role})" in case
    owner = owner_of(opened.invitation.partner)
    own = client_of(owner).get(reverse("evidence:item", args=[item.public_id])).content.decode()
    assert role in own
    assert opened.author.name not in own
    assert "D-204" not in own


def test_a_request_for_the_case_starts_with_its_number(opened):
    link = f"{reverse('admin:footage_requests_footagerequest_compose')}?case={opened.request.case.number}"
    client = client_of(opened.author)
    assert link in client.get(address(opened.request.case)).content.decode()
    assert f'value="{opened.request.case.number}"' in client.get(link).content.decode()


def test_what_is_overwritten_already_is_no_deadline(opened):
    said_yes(opened)
    Match.objects.update(overwrite_deadline=timezone.now() - timedelta(hours=1))
    page = body(opened.author, opened.request.case)
    assert "said yes, sent nothing" not in page
    assert "probably overwritten" in page


def test_places_opened_for_the_case_are_told_by_number_and_the_reason_to_those_who_may_read_it(agency, opened):
    looker, auditor, colleague = (staff(role, agency) for role in (Role.DETECTIVE, Role.AUDITOR, Role.DETECTIVE))
    number = opened.request.case.number
    purpose = map_purpose(looker, agency, PurposeKind.CASE, number=number)
    camera = opened.match.camera
    west, south = camera.place.longitude - 0.002, camera.place.latitude - 0.002
    places_in_view(purpose=purpose, bounds=(west, south, west + 0.004, south + 0.004), user=looker)
    place_for(camera=camera, purpose=purpose, user=looker)
    case = opened.request.case
    for person, reads in ((looker, True), (auditor, True), (colleague, False)):
        page = body(person, case)
        assert page.count("Cameras opened on the partner map: 1 place") == 2
        assert ("Reason: A good reason" in page) is reads
        assert camera.name not in page
        assert str(camera.public_id) not in page
        assert str(camera.place.latitude) not in page


def test_the_timeline_is_exported_for_a_reason_and_recorded_with_its_case(agency, opened):
    case, client = opened.request.case, client_of(opened.author)
    said_yes(opened)
    page = client.get(address(case, "timeline"))
    assert "What leaves the portal" in page.content.decode()
    assert client.post(address(case, "timeline"), {"reason": ""}).status_code == 422
    assert not ListExport.objects.exists()
    answer = client.post(address(case, "timeline"), {"reason": "For the prosecutor."})
    text = b"".join(answer.streaming_content).decode()
    assert answer["Content-Type"].startswith("text/csv")
    assert "Request approved; invitations queued" in text
    assert opened.match.camera.name not in text
    export = ListExport.objects.get()
    assert (export.reason, export.rows) == ("For the prosecutor.", len(text.splitlines()) - 1)
    assert Entry.objects.get(action="list.exported").facts["about"] == str(case.public_id)
    auditors_list = client_of(staff(Role.AUDITOR, agency)).get(reverse("admin:lists_listexport_changelist"))
    assert "Timeline of a case" in auditors_list.content.decode()


@pytest.mark.parametrize("role", Role.values)
def test_who_exports_cases_exports_their_timeline_and_no_other_agency(role, agency, opened):
    got = client_of(staff(role, agency)).get(address(opened.request.case, "timeline")).status_code
    expected = {Role.PROGRAM_MANAGER: 404, Role.ANALYST: 403}
    assert got == expected.get(role, 200)
    assert client_of(staff(role)).get(address(opened.request.case, "timeline")).status_code == 404
