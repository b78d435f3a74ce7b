"""Dispatch may report everything twice, late and in any order."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from apps.agencies.models import Role
from apps.calls.models import Call
from apps.calls.policies import viewable_calls
from apps.calls.selectors import board_calls, get_call_for
from apps.calls.services import close_call, enter_call, forget_calls, take_call
from apps.calls.states import CallState
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.calls import DISPATCH, call_facts, call_of
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db


def acts(call: Call) -> list[str]:
    rows = Entry.objects.filter(subject_kind="call", subject_id=str(call.public_id)).order_by("pk")
    return [entry.action for entry in rows]


def test_a_report_that_comes_twice_is_one_call_and_one_entry() -> None:
    agency, facts = AgencyFactory.create(), call_facts()
    first = take_call(agency=agency, facts=facts, actor=DISPATCH)
    again = take_call(agency=agency, facts=facts, actor=DISPATCH)
    assert (first.new, first.changed) == (True, True)
    assert (again.new, again.changed, again.call) == (False, False, first.call)
    assert acts(first.call) == ["call.received"]


def test_reports_out_of_order_leave_the_newest() -> None:
    agency, now = AgencyFactory.create(), timezone.now()
    said = {"number": "P1", "received_at": now - timedelta(minutes=9)}
    call = call_of(agency, **said, state="closed", changed_at=now)
    late = take_call(
        agency=agency,
        facts=call_facts(**said, state="active", changed_at=now - timedelta(minutes=5)),
        actor=DISPATCH,
    )
    assert not late.changed
    call.refresh_from_db()
    assert call.state == CallState.CLOSED


def test_dispatch_may_open_a_closed_call_again() -> None:
    agency, now = AgencyFactory.create(), timezone.now()
    call = call_of(agency, number="P1", state="closed", received_at=now - timedelta(minutes=9))
    take_call(
        agency=agency,
        facts=call_facts(number="P1", received_at=call.received_at, changed_at=now, state="active"),
        actor=DISPATCH,
    )
    call.refresh_from_db()
    assert call.state == CallState.ACTIVE
    assert acts(call) == ["call.received", "call.changed"]


def test_two_agencies_may_use_the_same_number() -> None:
    one, other = call_of(AgencyFactory.create(), number="P1"), call_of(AgencyFactory.create(), number="P1")
    assert one != other


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("latitude", {"latitude": 0.0, "longitude": 0.0}),
        ("latitude", {"latitude": float("nan"), "longitude": -84.28}),
        ("longitude", {"longitude": None}),
        ("received_at", {"received_at": timezone.now() + timedelta(days=1)}),
        ("changed_at", {"changed_at": timezone.now() + timedelta(days=1)}),
        ("nature", {"nature": " "}),
        ("number", {"number": "1" * 41}),
        ("priority", {"priority": 0}),
        ("state", {"state": "lost"}),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_for_its_field(field: str, said: dict) -> None:
    with pytest.raises(InvalidInput) as refused:
        call_facts(**said)
    assert set(refused.value.fields) == {field}


def test_an_entry_of_the_ledger_names_no_place_in_the_open() -> None:
    call = call_of(AgencyFactory.create(), address="742 Evergreen Terrace", number="P-secret")
    entry = Entry.objects.get(subject_id=str(call.public_id))
    assert "Evergreen" not in str(entry.facts)
    assert "P-secret" not in str(entry.facts)


@pytest.mark.parametrize(
    ("role", "sees"),
    [
        (Role.ANALYST, True),
        (Role.SUPERVISOR, True),
        (Role.DETECTIVE, True),
        (Role.PROGRAM_MANAGER, False),
        (Role.RECORDS_CUSTODIAN, False),
        (Role.AUDITOR, False),
    ],
)
def test_who_works_with_calls_sees_those_of_the_agency(role: str, sees: bool) -> None:
    agency = AgencyFactory.create()
    call, person, stranger = call_of(agency), staff(role, agency), staff(role, AgencyFactory.create())
    assert list(viewable_calls(person)) == ([call] if sees else [])
    assert list(board_calls(person)) == ([call] if sees else [])
    with pytest.raises(NotFound):
        get_call_for(stranger, call.public_id)


def test_an_analyst_enters_a_call_and_closes_it() -> None:
    agency = AgencyFactory.create()
    analyst = staff(Role.ANALYST, agency)
    call = enter_call(user=analyst, agency=agency, facts=call_facts())
    close_call(user=analyst, call=call)
    assert close_call(user=analyst, call=call).state == CallState.CLOSED
    assert acts(call) == ["call.received", "call.closed"]


def test_a_detective_enters_none_and_nobody_closes_what_dispatch_reported() -> None:
    agency = AgencyFactory.create()
    with pytest.raises(NotAllowed):
        enter_call(user=staff(Role.DETECTIVE, agency), agency=agency, facts=call_facts())
    with pytest.raises(NotAllowed):
        close_call(user=staff(Role.ANALYST, agency), call=call_of(agency))


def test_a_number_that_is_taken_is_refused_either_way() -> None:
    agency = AgencyFactory.create()
    analyst = staff(Role.ANALYST, agency)
    call_of(agency, number="P1")
    with pytest.raises(InvalidInput):
        enter_call(user=analyst, agency=agency, facts=call_facts(number="P1"))
    enter_call(user=analyst, agency=agency, facts=call_facts(number="P2"))
    with pytest.raises(InvalidInput):
        call_of(agency, number="P2")


def test_where_a_call_was_is_forgotten_after_a_while_and_its_number_stays(settings: LazySettings) -> None:
    settings.CALLS_KEPT_DAYS = 30
    agency, now = AgencyFactory.create(), timezone.now()
    old = call_of(agency, state="closed", received_at=now - timedelta(days=31))
    fresh = call_of(agency, state="closed", received_at=now - timedelta(days=29))
    running = call_of(agency, state="active", received_at=now - timedelta(days=31))
    assert forget_calls(actor=Actor.system("worker")) == 1
    assert forget_calls(actor=Actor.system("worker")) == 0
    for call in (old, fresh, running):
        call.refresh_from_db()
    assert (old.address, old.latitude, old.longitude, bool(old.number)) == ("", None, None, True)
    assert fresh.has_place
    assert running.has_place
