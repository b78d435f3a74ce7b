"""The staff's pages: composing, counting, deciding, following."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.footage_requests import services
from apps.footage_requests.codes import camera_code
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import Answer, InvitationState, Outcome, RequestState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.specifications.first import read_checks
from apps.specifications.models import Specification
from apps.specifications.services import publish_specification
from tests.factories.footage_requests import BEYOND_LIMIT, CENTER, camera_at, draft, open_request, submitted
from tests.factories.links import link_of
from tests.factories.neighborhood import SOUTH, WEST, neighborhood
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
NAME = "admin:footage_requests_footagerequest_"


def _url(name, request=None):
    return reverse(f"{NAME}{name}", args=[request.public_id] if request else [])


def _form(agency, **changes):
    day = (timezone.now() - timedelta(days=2)).date().isoformat()
    return {
        "agency": str(agency.public_id),
        "shape": "circle",
        "latitude": CENTER[1],
        "longitude": CENTER[0],
        "radius_ft": 1000,
        "start_date": day,
        "start_time": "14:00",
        "end_date": day,
        "end_time": "15:30",
        "case_number": "26-004711",
        "incident_type": "burglary",
        "reason": "The suspect fled on foot past these houses.",
        "message": "A person in a red jacket.",
        "request_key": str(uuid4()),
    } | changes


@pytest.fixture
def detective(agency):
    return staff(Role.DETECTIVE, agency)


@pytest.fixture
def supervisor(agency):
    return staff(Role.SUPERVISOR, agency)


def _client(user):
    return sign_in(Client(), user)


def test_a_detective_writes_saves_changes_and_submits(agency, detective):
    client = _client(detective)
    assert "Where" in client.get(_url("compose")).content.decode()
    answer = client.post(_url("compose"), _form(agency, act="save"))
    request = FootageRequest.objects.get()
    assert answer.status_code == 302
    assert answer.url == _url("change", request)
    assert request.state == RequestState.DRAFT
    page = client.get(_url("edit", request)).content.decode()
    assert "The suspect fled on foot" in page
    assert 'value="14:00"' in page
    client.post(_url("edit", request), _form(agency, act="submit", version=1, message="Also a dog."))
    request.refresh_from_db()
    assert (request.state, request.message) == (RequestState.SUBMITTED, "Also a dog.")


def test_the_window_is_local_time_of_the_agency(agency, detective):
    _client(detective).post(_url("compose"), _form(agency, start_date="2026-07-04", end_date="2026-07-04"))
    request = FootageRequest.objects.get()
    assert request.window_start.isoformat() == "2026-07-04T18:00:00+00:00"


def test_a_form_sent_twice_makes_one_request(agency, detective):
    client, form = _client(detective), _form(agency)
    assert client.post(_url("compose"), form).url == client.post(_url("compose"), form).url
    assert FootageRequest.objects.count() == 1


def test_a_polygon_from_the_map_is_taken(agency, detective):
    ring = [[-84.285, 30.437], [-84.280, 30.437], [-84.280, 30.441], [-84.285, 30.437]]
    polygon = json.dumps({"type": "Polygon", "coordinates": [ring]})
    _client(detective).post(_url("compose"), _form(agency, shape="polygon", polygon=polygon))
    assert FootageRequest.objects.get().area["type"] == "Polygon"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"end_time": "13:00"}, "ends before it starts"),
        ({"start_date": "2026-03-08", "start_time": "02:30", "end_date": "2026-03-08"}, "There was no 2:30 a.m."),
        ({"start_date": "2025-11-02", "start_time": "01:30", "end_date": "2025-11-02"}, "happened twice"),
        ({"radius_ft": 100_000}, "far too wide"),
        ({"radius_ft": 33}, "too small"),
        ({"latitude": 91}, "area"),
        ({"latitude": "nan"}, "Latitude"),
        ({"latitude": ""}, "Draw the area"),
        ({"shape": "polygon", "polygon": "{"}, "Draw the area"),
        ({"shape": "polygon", "polygon": "[" * 30000}, "Draw the area"),
        ({"shape": "polygon", "polygon": "[1,2]"}, "Draw the area"),
        ({"shape": "polygon", "polygon": '{"type":"Polygon","coordinates":[[[NaN,1],[2,2],[3,3],[NaN,1]]]}'}, "area"),
        ({"case_number": ""}, "Case number"),
        ({"reason": "nul \x00 in it"}, "Why these cameras"),
        ({"end_date": "9999-12-31", "end_time": "23:00"}, "calendar"),
        ({"start_date": "0001-01-01"}, "too long"),
    ],
)
def test_what_is_wrong_is_said_beside_the_form_which_keeps_what_was_typed(agency, detective, changes, sentence):
    page = _client(detective).post(_url("compose"), _form(agency, **changes))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert "The suspect fled" in page.content.decode() or "reason" in changes
    assert not FootageRequest.objects.exists()


def test_an_hour_that_happened_twice_is_taken_once_one_is_chosen(agency, detective):
    form = _form(agency, start_date="2026-11-01", start_time="01:30", end_date="2026-11-01", end_time="03:00")
    client = _client(detective)
    client.post(_url("compose"), form | {"start_which": "later"})
    request = FootageRequest.objects.get()
    assert request.window_start.isoformat() == "2026-11-01T06:30:00+00:00"
    assert '<option value="later" selected>' in client.get(_url("edit", request)).content.decode()


def test_the_count_is_an_estimate_of_the_week_recorded_and_names_no_place(agency, detective):
    neighborhood(agency, share=1, town=1000)
    form = _form(agency, latitude=SOUTH, longitude=WEST, radius_ft=3000)
    answer = _client(detective).post(_url("count"), form)
    assert answer.status_code == 200
    entry = Entry.objects.filter(action="request.counted").earliest("pk")  # smaller areas, if proposed, come after it
    assert f"About {entry.facts['partners']} partners." in answer.json()["sentences"]
    assert entry.actor_id == str(detective.public_id)
    assert entry.facts["partners"] % 5 == 0
    assert any("of the program's recorders still hold" in sentence for sentence in answer.json()["sentences"])


def test_fewer_than_five_are_not_counted_out_and_none_looks_the_same(agency, detective):
    client = _client(detective)
    none = client.post(_url("count"), _form(agency)).json()["sentences"]
    _user, partner = registrant(agency)
    for _ in range(4):
        camera_at(partner)
    assert client.post(_url("count"), _form(agency)).json()["sentences"] == none
    assert "Probably fewer than 5 partners, perhaps none." in none


def test_counting_without_end_is_stopped(agency, detective, settings):
    settings.COUNTS_PER_HOUR = 2
    client = _client(detective)
    assert [client.post(_url("count"), _form(agency)).status_code for _ in range(3)] == [200, 200, 429]


def test_the_count_asks_for_the_hour_that_happened_twice(agency, detective):
    answer = _client(detective).post(
        _url("count"), _form(agency, start_date="2026-11-01", start_time="01:30", end_date="2026-11-01")
    )
    assert answer.status_code == 422
    assert answer.json()["which"] == ["start"]


@pytest.mark.parametrize("role", [Role.ANALYST, Role.PROGRAM_MANAGER, Role.AUDITOR, Role.RECORDS_CUSTODIAN])
def test_other_roles_neither_write_nor_count(agency, role):
    client = _client(staff(role, agency))
    assert client.get(_url("compose")).status_code == 403
    assert client.post(_url("compose"), _form(agency)).status_code == 403
    assert client.post(_url("count"), _form(agency)).status_code == 403
    assert not Entry.objects.filter(action__startswith="request.").exists()


def test_nobody_writes_for_an_agency_of_others(agency, detective):
    page = _client(detective).post(_url("compose"), _form(AgencyFactory.create()))
    assert page.status_code == 422
    assert not FootageRequest.objects.exists()


def test_a_supervisor_sees_the_area_the_counts_and_a_warning_and_approves(agency, detective, supervisor):
    _user, partner = registrant(agency)
    camera_at(partner)
    request = submitted(detective, agency, area={"type": "Circle", "center": CENTER, "radius_m": 2000})
    client = _client(supervisor)
    page = client.get(_url("change", request)).content.decode()
    assert "This area is wider than usual." in page
    assert "Probably fewer than 5 partners" in page
    assert "Secret Lane" not in page
    answer = client.post(_url("approve", request), {"version": request.version, **BEYOND_LIMIT})
    assert answer.status_code == 303
    request.refresh_from_db()
    assert request.state == RequestState.OPEN
    assert Entry.objects.get(action="request.approved").facts["cameras"] == 1
    assert b'"role":"supervisor"' in bytes(Entry.objects.get(action="request.approved").leaf)


def test_the_author_is_not_offered_the_decision(agency):
    author = staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency)
    client = _client(author)
    assert "Approve and invite" not in client.get(_url("change", request)).content.decode()
    client.post(_url("approve", request), {"version": request.version})
    request.refresh_from_db()
    assert request.state == RequestState.SUBMITTED


def test_a_draft_is_its_authors_alone(agency, detective, supervisor):
    request = draft(detective, agency)
    assert _client(supervisor).get(_url("change", request)).status_code == 404
    assert request.code not in _client(supervisor).get(_url("changelist")).content.decode()
    assert request.code in _client(detective).get(_url("changelist")).content.decode()


def test_staff_of_another_agency_find_nothing(agency):
    opened = open_request(agency)
    stranger = _client(staff(Role.SUPERVISOR))
    assert stranger.get(_url("change", opened.request)).status_code == 404
    assert stranger.post(_url("close", opened.request), {"outcome": "footage"}).status_code == 404
    assert stranger.post(_url("revoke", opened.invitation)).status_code == 404
    assert opened.request.code not in stranger.get(_url("changelist")).content.decode()


def test_the_board_shows_answers_and_codes_but_no_place_without_a_purpose(agency):
    opened = open_request(agency)
    services.answer_matches(
        invitation=opened.invitation,
        answers={opened.match.public_id: services.AnswerGiven(Answer.HAS_FOOTAGE, note="by the gate")},
        actor=Actor.invitation(opened.invitation.public_id),
    )
    client = _client(opened.author)
    for page in (client.get(_url("change", opened.request)), client.get(_url("board", opened.request))):
        text = page.content.decode()
        assert camera_code(opened.match.camera.public_id) in text
        assert "Said yes, sent nothing" in text
        assert "by the gate" in text
        assert "Secret Lane" not in text
        assert "Front door" not in text
    assert not Entry.objects.filter(action="request.cameras_viewed").exists()


def test_with_a_recorded_purpose_the_cameras_are_shown_and_each_access_is_an_entry(agency):
    opened = open_request(agency)
    client = _client(opened.author)
    client.post(_url("purpose", opened.request), {"reason": "Plan who to visit first"})
    for looks in (1, 2):
        text = client.get(_url("change", opened.request)).content.decode()
        assert "1 Secret Lane" in text
        assert Entry.objects.filter(action="request.cameras_viewed").count() == looks
    entry = Entry.objects.filter(action="request.cameras_viewed").first()
    assert entry.facts["cameras"] == [str(opened.match.camera.public_id)]
    assert "1 Secret Lane" not in client.get(_url("board", opened.request)).content.decode()
    other = _client(staff(Role.DETECTIVE, agency))
    assert "Secret Lane" not in other.get(_url("change", opened.request)).content.decode()


def test_a_purpose_for_another_case_shows_nothing(agency):
    opened, other = open_request(agency), open_request(agency, case_number="26-000099")
    client = _client(opened.author)
    client.post(_url("purpose", other.request), {"reason": "Another matter"})
    assert "Secret Lane" not in client.get(_url("change", opened.request)).content.decode()


def test_after_the_end_no_place_is_shown_any_more(agency):
    opened = open_request(agency)
    client = _client(opened.author)
    client.post(_url("purpose", opened.request), {"reason": "Plan who to visit first"})
    client.post(_url("close", opened.request), {"outcome": Outcome.FOOTAGE})
    opened.request.refresh_from_db()
    assert opened.request.state == RequestState.CLOSED
    assert "Secret Lane" not in client.get(_url("change", opened.request)).content.decode()


def test_links_are_closed_and_renewed_from_the_board(agency):
    opened = open_request(agency)
    client = _client(opened.author)
    client.post(_url("renew", opened.invitation))
    opened.invitation.refresh_from_db()
    assert link_of(opened.invitation.public_id).generation == 2
    client.post(_url("revoke", opened.invitation))
    opened.invitation.refresh_from_db()
    assert opened.invitation.state == InvitationState.REVOKED


def test_a_refusal_is_said_on_the_page_and_nothing_changes(agency):
    opened = open_request(agency)
    page = _client(opened.author).post(_url("close", opened.request), {"outcome": "nonsense"}, follow=True)
    assert "Choose how the request ended." in page.content.decode()


def test_forged_posts_to_djangos_own_verbs_do_nothing(agency, detective):
    request = draft(detective, agency)
    client = _client(detective)
    for path in (f"{request.pk}/change/", f"{request.pk}/delete/", "add/"):
        assert client.post(_url("changelist") + path, {"state": "open"}).status_code == 404
    client.post(_url("changelist"), {"action": "delete_selected", "_selected_action": [request.pk], "post": "yes"})
    request.refresh_from_db()
    assert request.state == RequestState.DRAFT


def test_verbs_are_posted_never_followed(agency):
    opened = open_request(agency)
    client = _client(opened.author)
    for name in ("submit", "approve", "return", "withdraw", "close", "purpose"):
        assert client.get(_url(name, opened.request)).status_code == 405


def test_the_pages_take_few_queries_whatever_the_size(agency, django_assert_max_num_queries):
    cameras = []
    for _ in range(30):
        _user, partner = registrant(agency)
        cameras.append(camera_at(partner))
    opened = open_request(agency, *cameras)
    client = _client(opened.author)
    client.get(_url("board", opened.request))
    with django_assert_max_num_queries(14):
        client.get(_url("board", opened.request))


def test_without_script_a_button_counts_and_the_form_stays_as_it_was(agency, detective):
    client = _client(detective)
    page = client.post(_url("compose"), _form(agency, act="count", case_number="", reason="", message="Half writ"))
    assert page.status_code == 200
    text = page.content.decode()
    assert "Probably fewer than 5 partners, perhaps none." in text
    assert "Half writ" in text
    assert 'value="14:00"' in text
    assert not FootageRequest.objects.exists()
    assert client.post(_url("compose"), _form(agency, act="count", radius_ft=100_000)).status_code == 422


@pytest.mark.parametrize("name", ["return", "withdraw", "approve", "purpose"])
def test_signs_that_no_database_keeps_are_refused_in_words(agency, detective, supervisor, name):
    request = submitted(detective, agency)
    user = detective if name == "withdraw" else supervisor
    bad = "nul \x00 and more"
    page = _client(user).post(
        _url(name, request), {"version": request.version, "reason": bad, "words": bad}, follow=True
    )
    assert "cannot be kept" in page.content.decode()
    request.refresh_from_db()
    assert request.state == RequestState.SUBMITTED


def test_the_address_of_an_app_leads_to_today(detective):
    client = sign_in(Client(), detective)
    assert client.get(reverse("admin:app_list", args=["agencies"])).headers["Location"] == reverse("admin:index")


def test_the_trail_names_lists_and_no_apps(agency):
    client = sign_in(Client(), staff(Role.PROGRAM_MANAGER, agency))
    _user, partner = registrant(agency)
    listed = reverse("admin:partners_partner_changelist")
    for address in (listed, reverse("admin:partners_partner_change", args=[partner.public_id])):
        trail = re.search(r'<div class="breadcrumbs">.*?</div>', client.get(address).content.decode(), re.S)
        assert trail
        assert f'"{reverse("admin:app_list", args=["partners"])}"' not in trail[0]
        assert "Partners" in trail[0]


def test_the_trail_leads_to_no_list_that_is_closed(detective, agency):
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    client = sign_in(Client(), detective)
    page = client.get(
        reverse("admin:specifications_specification_change", args=[Specification.objects.get().public_id])
    )
    assert page.status_code == 200
    assert client.get(reverse("admin:specifications_specification_changelist")).status_code == 403
    assert f'"{reverse("admin:specifications_specification_changelist")}"' not in page.content.decode()
