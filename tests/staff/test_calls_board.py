"""The board of calls: who sees it, how it follows, and how a call becomes a request."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Agency, Role
from apps.calls.models import Call, ShiftEntry
from apps.calls.policies import SCOPE
from apps.calls.selectors import board_calls
from apps.calls.states import CallState
from apps.counts.services import release_counts
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from tests.factories.agreements import agreement_of
from tests.factories.calls import PLACE, call_of
from tests.factories.layers import layer_of
from tests.factories.neighborhood import neighborhood
from tests.factories.people import AgencyFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

BOARD = reverse("admin:calls_call_changelist")
ROWS = reverse("admin:calls_call_rows")


@pytest.fixture
def agency() -> Agency:
    return AgencyFactory.create()


def at_the_desk(role: str, agency: Agency) -> Client:
    client = Client()
    sign_in(client, staff(role, agency))
    return client


def page(call: Call, name: str = "change") -> str:
    return reverse(f"admin:calls_call_{name}", args=[call.public_id])


def test_the_most_urgent_call_comes_first_and_an_old_closed_one_is_gone(agency: Agency) -> None:
    long_ago = timezone.now() - timedelta(hours=3)
    call_of(agency, nature="Noise", priority=8)
    call_of(agency, nature="Robbery", priority=1)
    call_of(agency, nature="Over", state="closed", received_at=long_ago)
    shown = at_the_desk(Role.ANALYST, agency).get(BOARD).content.decode()
    assert shown.index("Robbery") < shown.index("Noise")
    assert "Over" not in shown


def test_calls_of_another_agency_are_not_there(agency: Agency) -> None:
    foreign = call_of(AgencyFactory.create(), nature="Elsewhere")
    client = at_the_desk(Role.ANALYST, agency)
    assert "Elsewhere" not in client.get(BOARD).content.decode()
    assert client.get(page(foreign)).status_code == 404
    assert client.post(page(foreign, "prepare")).status_code == 404


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.RECORDS_CUSTODIAN, Role.AUDITOR])
def test_who_does_not_work_with_calls_has_no_board(agency: Agency, role: str) -> None:
    call_of(agency, nature="Robbery")
    answer = at_the_desk(role, agency).get(BOARD)
    assert "Robbery" not in answer.content.decode()


def test_urgent_calls_of_a_neighbor_push_none_of_ones_own_off_the_board(
    agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.calls.selectors.BOARD_MOST", 2)
    neighbor = AgencyFactory.create()
    agreement_of(neighbor, agency, (SCOPE, ""))
    own = [call_of(agency, number=f"O{number}", priority=3) for number in range(3)]
    urgent = [call_of(neighbor, number=f"N{number}", priority=1) for number in range(3)]
    board = list(board_calls(staff(Role.ANALYST, agency)))
    assert board == [urgent[2], urgent[1], own[2], own[1]]


def test_an_unchanged_board_is_an_empty_answer(agency: Agency) -> None:
    call_of(agency)
    client = at_the_desk(Role.ANALYST, agency)
    first = client.get(ROWS)
    again = client.get(ROWS, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    call_of(agency)
    assert client.get(ROWS, headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("calls", [1, 30])
def test_a_board_takes_as_many_queries_for_thirty_calls_as_for_one(
    agency: Agency, calls: int, django_assert_max_num_queries
) -> None:
    for _number in range(calls):
        call_of(agency)
    client = at_the_desk(Role.ANALYST, agency)
    client.get(ROWS)  # the first page of a session writes the session
    with django_assert_max_num_queries(6):
        assert client.get(ROWS).status_code == 200


def a_camera(agency: Agency, name: str, meters_south: float, direction: str) -> None:
    """A public camera of the agency, so far south of PLACE."""
    place = {"latitude": PLACE[0] - meters_south / 111_195, "longitude": PLACE[1]}
    layer_of(agency, "traffic", [{"id": name, "name": name, "direction": direction, **place}])


def test_public_cameras_stand_beside_a_call_by_name(agency: Agency) -> None:
    call = call_of(agency)
    a_camera(agency, "Sees it", 100, "0")
    a_camera(agency, "Looks away", 100, "180")
    a_camera(agency, "Too far to see", 250, "0")
    a_camera(agency, "Across town", 900, "0")
    client = at_the_desk(Role.ANALYST, agency)
    shown = " ".join(client.get(ROWS).content.decode().split())
    assert "Seen by: Sees it (" in shown
    assert "Near: Looks away (" in shown
    assert "Too far to see" in shown
    assert "Across town" not in shown
    one = " ".join(client.get(page(call)).content.decode().split())
    assert "sees it, 328 feet away" in one
    assert "near, 820 feet away" in one


def test_partners_stand_beside_a_call_as_a_number_of_the_week(agency: Agency) -> None:
    call_of(agency)
    client = at_the_desk(Role.ANALYST, agency)
    assert "partners within" not in client.get(ROWS).content.decode()
    neighborhood(agency, town=600)
    release_counts(actor=Actor.system("test"))
    first = client.get(ROWS)
    assert "partners within 0.3 miles" in first.content.decode()
    assert client.get(ROWS, headers={"If-None-Match": first["ETag"]}).status_code == 304


def test_no_number_of_partners_stands_beside_a_call_that_another_agency_shares(agency: Agency) -> None:
    neighbor = AgencyFactory.create()
    agreement_of(neighbor, agency, (SCOPE, ""))
    call = call_of(neighbor)
    release_counts(actor=Actor.system("test"))
    client = at_the_desk(Role.ANALYST, agency)
    assert call.number in client.get(ROWS).content.decode()
    assert "partners within" not in client.get(ROWS).content.decode()
    assert "partners within" not in client.get(page(call)).content.decode()


def test_an_analyst_enters_a_call(agency: Agency) -> None:
    said = {
        "agency": str(agency.public_id),
        "number": "P1",
        "nature": "Robbery",
        "priority": "1",
        "address": "100 Monroe Street",
        "latitude": PLACE[0],
        "longitude": PLACE[1],
        "minutes_ago": "5",
    }
    client = at_the_desk(Role.ANALYST, agency)
    answer = client.post(reverse("admin:calls_call_enter"), said)
    call = Call.objects.get()
    assert answer["Location"] == page(call)
    assert timedelta(minutes=4) < timezone.now() - call.received_at < timedelta(minutes=6)
    refused = client.post(reverse("admin:calls_call_enter"), said)
    assert refused.status_code == 422
    assert "There is a call of this number already." in refused.content.decode()


def test_a_place_far_away_is_refused_beside_its_field(agency: Agency) -> None:
    said = {"agency": str(agency.public_id), "number": "P1", "nature": "Robbery", "priority": "1"}
    said |= {"latitude": "0", "longitude": "0"}
    answer = at_the_desk(Role.ANALYST, agency).post(reverse("admin:calls_call_enter"), said)
    assert answer.status_code == 422
    assert 'id="id_latitude_error"' in answer.content.decode()


def test_a_detective_gets_the_form_of_a_request_filled_in_from_the_call(agency: Agency) -> None:
    call = call_of(agency, nature="Robbery")
    client = at_the_desk(Role.DETECTIVE, agency)
    form = client.get(page(call, "ask"), follow=True).context["form"]
    assert (form["latitude"].value(), form["longitude"].value()) == PLACE
    assert form["call"].value() == str(call.public_id)
    assert "Robbery" in form["reason"].value()


def test_a_call_of_another_agency_fills_in_nothing(agency: Agency) -> None:
    foreign = call_of(AgencyFactory.create())
    compose = reverse("admin:footage_requests_footagerequest_compose")
    client = at_the_desk(Role.DETECTIVE, agency)
    assert client.get(f"{compose}?call={foreign.public_id}").status_code == 404
    assert client.get(f"{compose}?call=x").status_code == 404


def test_an_analyst_prepares_the_draft_that_a_detective_finds_as_their_own(agency: Agency) -> None:
    call, detective = call_of(agency), staff(Role.DETECTIVE, agency)
    said = {"author": str(detective.public_id), "case_number": "26-1", "incident_type": "robbery"}
    client = at_the_desk(Role.ANALYST, agency)
    assert client.post(page(call, "prepare"), said).status_code == 302
    request = FootageRequest.objects.get()
    assert (request.author, request.call, request.state) == (detective, call, RequestState.DRAFT)
    assert request.window_start < call.received_at
    assert request.window_end <= timezone.now()
    entry = Entry.objects.get(action="request.drafted")
    assert (entry.actor_id == str(detective.public_id), entry.facts["author"]) == (False, str(detective.public_id))
    letter = Message.objects.get(kind="request.prepared")
    assert letter.recipient == detective.email
    assert call.number not in letter.text
    assert "26-1" not in letter.text


def test_a_form_that_is_sent_twice_prepares_one_draft_and_one_letter(agency: Agency) -> None:
    call, detective = call_of(agency), staff(Role.DETECTIVE, agency)
    key = "5b8b7b1e-6a55-4c0e-9d2f-3f0f9ad0c001"
    said = {"author": str(detective.public_id), "case_number": "26-1", "incident_type": "robbery", "request_key": key}
    client = at_the_desk(Role.ANALYST, agency)
    for _time in range(2):
        client.post(page(call, "prepare"), said)
    assert FootageRequest.objects.count() == 1
    assert Message.objects.filter(kind="request.prepared").count() == 1


@pytest.mark.parametrize("other", [Role.ANALYST, Role.AUDITOR])
def test_a_draft_is_only_prepared_for_somebody_who_may_write_it(agency: Agency, other: str) -> None:
    call, person = call_of(agency), staff(other, agency)
    said = {"author": str(person.public_id), "case_number": "26-1", "incident_type": "robbery"}
    answer = at_the_desk(Role.ANALYST, agency).post(page(call, "prepare"), said)
    assert answer.status_code == 422
    assert not FootageRequest.objects.exists()


def test_a_call_without_a_place_says_so_and_offers_no_draft(agency: Agency) -> None:
    call = call_of(agency, latitude=None, longitude=None)
    client = at_the_desk(Role.ANALYST, agency)
    assert "no place on the map" in client.get(page(call)).content.decode()
    assert 'id="prepare"' not in client.get(page(call)).content.decode()


def test_the_button_closes_what_was_entered_by_hand_alone(agency: Agency) -> None:
    client = at_the_desk(Role.ANALYST, agency)
    said = {"agency": str(agency.public_id), "number": "P1", "nature": "Robbery", "priority": "1"}
    client.post(reverse("admin:calls_call_enter"), said)
    mine, reported = Call.objects.get(), call_of(agency)
    client.post(page(mine, "close"))
    mine.refresh_from_db()
    assert mine.state == CallState.CLOSED
    assert client.post(page(reported, "close")).status_code == 403


def test_a_manager_makes_a_key_for_dispatch_and_sees_it_once(agency: Agency) -> None:
    client, keys = at_the_desk(Role.PROGRAM_MANAGER, agency), reverse("admin:agency_keys")
    made = client.post(keys, {"agency": str(agency.public_id), "name": "Dispatch", "days": "90"}).content.decode()
    assert "ccp_" in made
    secret = next(word for word in made.replace("<", " ").replace(">", " ").split() if word.startswith("ccp_"))
    assert secret not in client.get(keys).content.decode()


def test_nobody_else_finds_the_keys(agency: Agency) -> None:
    for role in (Role.SUPERVISOR, Role.ANALYST, Role.AUDITOR):
        assert at_the_desk(role, agency).get(reverse("admin:agency_keys")).status_code == 403


def test_the_shift_log_is_written_handed_over_and_signed(agency: Agency) -> None:
    early, late = at_the_desk(Role.ANALYST, agency), at_the_desk(Role.ANALYST, agency)
    log, said = reverse("admin:calls_shiftentry_changelist"), {"agency": str(agency.public_id)}
    early.post(reverse("admin:calls_shiftentry_note"), said | {"words": "Camera 12 is down."})
    early.post(reverse("admin:calls_shiftentry_hand_over"), said | {"words": "Two calls open."})
    assert "nobody has signed yet" not in early.get(BOARD).content.decode()
    assert "nobody has signed yet" in late.get(BOARD).content.decode()
    late.post(reverse("admin:calls_shiftentry_sign", args=[ShiftEntry.objects.get(is_hand_over=True).public_id]))
    shown = late.get(log).content.decode()
    assert "Signed by" in shown
    assert "Camera 12 is down." in shown
    assert "nobody has signed yet" not in late.get(BOARD).content.decode()
    empty = late.post(reverse("admin:calls_shiftentry_note"), said | {"words": " "})
    assert (empty.status_code, 'id="note_words_error"' in empty.content.decode()) == (422, True)
