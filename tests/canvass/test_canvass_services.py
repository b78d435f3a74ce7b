"""Canvasses: nothing is lost, nothing doubles, and nobody sees a door who has no business there."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from apps.agencies.models import Role
from apps.canvass import policies
from apps.canvass.models import Canvass, CanvassOfficer, Door, Visit
from apps.canvass.selectors import canvass_to_send_to, counts_of, doors_of, get_canvass_for
from apps.canvass.services import (
    begin_canvass,
    correct_visit,
    end_canvass,
    join_canvass,
    readmit_officer,
    record_visit,
    remove_officer,
)
from apps.canvass.states import CanvassState, Late, Outcome
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.ledger.models import Entry
from tests.factories import evidence
from tests.factories.canvass import CIRCLE, canvass, joined, told, visit, works_on
from tests.factories.people import CaseFactory, staff

pytestmark = pytest.mark.django_db


def test_a_visit_that_is_sent_twice_is_one_row_and_one_entry() -> None:
    at_doors, key = canvass(), uuid4()
    first = visit(at_doors, key=key)
    again = visit(at_doors, key=key, outcome="says_no")
    assert (again.pk, again.outcome) == (first.pk, Outcome.NOBODY_HOME)
    assert Visit.objects.count() == Door.objects.count() == 1
    assert Entry.objects.filter(action="canvass.visit_recorded").count() == 1


def test_two_officers_who_type_one_address_mean_one_door() -> None:
    at_doors = canvass()
    visit(at_doors, address="12 Oak St., Apt. 4")
    visit(at_doors, joined(at_doors), address="12  oak st apt 4", outcome="will_give")
    visit(at_doors, address="12 Oak St., Apt. 5")
    assert [(row.door.address, len(row.visits)) for row in doors_of(at_doors)] == [
        ("12 Oak St., Apt. 5", 1),
        ("12 Oak St., Apt. 4", 2),
    ]
    assert [(one.outcome, one.doors) for one in counts_of(doors_of(at_doors))] == [("nobody_home", 1), ("will_give", 1)]


@pytest.mark.parametrize("behind", [timedelta(days=1), timedelta(days=-1)])
def test_a_phone_whose_clock_is_a_day_off_tells_the_true_time_all_the_same(behind: timedelta) -> None:
    """What it wrote ten minutes ago, and what its clock says now, is off by the same."""
    true_time = timezone.now() - timedelta(minutes=10)
    made = visit(canvass(), at=true_time - behind, skew_s=int(behind.total_seconds()))
    assert abs(made.happened_at - true_time) < timedelta(seconds=1)
    assert made.told_at == true_time - behind
    assert doors_of(made.door.canvass)[0].last.is_clock_wrong


@pytest.mark.parametrize("skew", [10**6, 10**15, -(10**15)])
def test_no_clock_puts_a_visit_into_the_future_or_turns_it_away(skew: int) -> None:
    made = visit(canvass(), at=timezone.now(), skew_s=skew)
    assert made.happened_at <= made.received_at


def test_what_a_phone_sends_after_the_end_is_kept_and_marked() -> None:
    at_doors = canvass()
    end_canvass(canvass=at_doors, user=at_doors.began_by)
    made = visit(at_doors, at=timezone.now() - timedelta(hours=2))
    assert made.late == Late.ENDED
    assert Entry.objects.get(action="canvass.visit_recorded").facts["late"] == "ended"


def test_a_removed_officer_sees_nothing_and_what_the_phone_still_holds_is_kept() -> None:
    at_doors = canvass()
    thief = joined(at_doors)
    officer = CanvassOfficer.objects.get(user=thief)
    remove_officer(officer=officer, user=at_doors.began_by)
    assert not policies.can_view_canvass(thief, at_doors)
    with pytest.raises(NotFound):
        get_canvass_for(thief, at_doors.public_id)
    with pytest.raises(NotFound):
        join_canvass(canvass=at_doors, user=thief)
    assert canvass_to_send_to(thief, at_doors.public_id) == at_doors
    assert visit(at_doors, thief).late == Late.REMOVED
    readmit_officer(officer=officer, user=at_doors.began_by)
    assert policies.can_view_canvass(thief, at_doors)
    assert visit(at_doors, thief).late == ""


def test_only_who_leads_removes_a_colleague_and_nobody_removes_themselves() -> None:
    at_doors = canvass()
    colleague = joined(at_doors)
    lead, other = (CanvassOfficer.objects.get(user=one) for one in (at_doors.began_by, colleague))
    with pytest.raises(NotAllowed):
        remove_officer(officer=lead, user=colleague)
    with pytest.raises(InvalidInput):
        remove_officer(officer=lead, user=at_doors.began_by)
    with pytest.raises(NotAllowed):
        end_canvass(canvass=at_doors, user=colleague)
    remove_officer(officer=other, user=works_on(at_doors.case, Role.SUPERVISOR))


def test_a_correction_keeps_the_earlier_words_and_the_time_of_the_visit() -> None:
    at_doors = canvass()
    first = visit(at_doors, at=timezone.now() - timedelta(hours=1), note="Ring at the side.")
    key = uuid4()
    for _again in range(2):
        made = correct_visit(visit=first, user=at_doors.began_by, told=told("14 Oak St.", "will_give"), request_key=key)
    assert (made.corrects, made.happened_at) == (first, first.happened_at)
    (row,) = doors_of(at_doors)
    assert (row.door.address, row.last.visit, row.last.earlier) == ("14 Oak St.", made, [first])
    assert Entry.objects.filter(action="canvass.visit_corrected").count() == 1


def test_two_corrections_of_one_visit_follow_each_other() -> None:
    at_doors = canvass()
    first = visit(at_doors)
    made = [
        correct_visit(visit=first, user=at_doors.began_by, told=told(outcome=outcome), request_key=uuid4())
        for outcome in ("says_no", "no_camera")
    ]
    (row,) = doors_of(at_doors)
    assert (row.last.visit, row.last.earlier) == (made[1], [made[0], first])


def test_a_colleague_corrects_only_who_leads_does() -> None:
    at_doors = canvass()
    first, colleague = visit(at_doors), joined(at_doors)
    with pytest.raises(NotAllowed):
        correct_visit(visit=first, user=colleague, told=told(), request_key=uuid4())
    own = visit(at_doors, colleague, address="9 Elm St.")
    correct_visit(visit=own, user=at_doors.began_by, told=told("9 Elm St.", "no_camera"), request_key=uuid4())


def test_a_key_of_somebody_elses_visit_finds_nothing() -> None:
    at_doors, key = canvass(), uuid4()
    visit(at_doors, key=key)
    for user, place in ((joined(at_doors), at_doors), ((other := canvass()).began_by, other)):
        with pytest.raises(NotFound):
            visit(place, user, key=key)
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("role", [Role.ANALYST, Role.RECORDS_CUSTODIAN, Role.AUDITOR, Role.PROGRAM_MANAGER])
def test_who_may_not_ask_in_the_case_begins_no_canvass(role: str) -> None:
    case = CaseFactory.create()
    with pytest.raises(NotAllowed):
        begin_canvass(case=case, user=staff(role, case.agency), where="Oak Street", area=CIRCLE)


def test_who_does_not_work_on_the_case_sees_joins_and_begins_nothing() -> None:
    at_doors = canvass()
    colleague, stranger = staff(Role.DETECTIVE, at_doors.agency), works_on(CaseFactory.create())
    for user in (colleague, stranger):
        assert not policies.can_view_canvass(user, at_doors)
        with pytest.raises(NotAllowed):
            begin_canvass(case=at_doors.case, user=user, where="Oak Street")
        for act in (
            lambda user=user: join_canvass(canvass=at_doors, user=user),
            lambda user=user: record_visit(canvass=at_doors, user=user, told=told(), request_key=uuid4()),
            lambda user=user: end_canvass(canvass=at_doors, user=user),
            lambda user=user: canvass_to_send_to(user, at_doors.public_id),
        ):
            with pytest.raises(NotFound):
                act()


def test_an_analyst_of_the_case_joins_and_nobody_joins_what_has_ended() -> None:
    at_doors = canvass()
    joined(at_doors, Role.ANALYST)
    late = works_on(at_doors.case)
    end_canvass(canvass=at_doors, user=at_doors.began_by)
    with pytest.raises(WrongState):
        join_canvass(canvass=at_doors, user=late)


def test_one_and_many_agree_on_who_sees_a_canvass() -> None:
    at_doors = canvass()
    people = [at_doors.began_by, joined(at_doors), works_on(at_doors.case), staff(Role.SUPERVISOR, at_doors.agency)]
    for user in people:
        assert policies.can_view_canvass(user, at_doors) == (at_doors in policies.viewable_canvasses(user))
    assert [policies.can_view_canvass(user, at_doors) for user in people] == [True, True, True, False]


def test_a_canvass_of_a_request_has_its_area_and_a_repeat_finds_the_first() -> None:
    asked = evidence.invitation().request
    key = uuid4()
    made = [
        begin_canvass(case=asked.case, user=asked.author, where="Oak Street", request=asked, request_key=key)
        for _again in range(2)
    ]
    assert made[0] == made[1] == Canvass.objects.get()
    assert made[0].area == asked.area
    with pytest.raises(NotFound):
        canvass(request=asked)


def test_ending_twice_is_one_entry() -> None:
    at_doors = canvass()
    visit(at_doors)
    for _again in range(2):
        assert end_canvass(canvass=at_doors, user=at_doors.began_by).state == CanvassState.ENDED
    assert Entry.objects.get(action="canvass.ended").facts["doors"] == 1


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("address", {"address": "  "}),
        ("address", {"address": "x" * 201}),
        ("outcome", {"outcome": "maybe"}),
        ("note", {"note": "x" * 1001}),
        ("place", {"place": (91.0, 0.0)}),
        ("place", {"place": (float("nan"), 0.0)}),
    ],
)
def test_a_wrong_value_is_named(field: str, given: dict[str, object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        visit(canvass(), **given)
    assert list(refused.value.fields) == [field]


def test_the_ledger_says_no_address_in_the_open() -> None:
    at_doors = canvass()
    visit(at_doors, address="77 Hidden Lane", note="Mr. Hidden is deaf.")
    for entry in Entry.objects.filter(subject_kind="canvass"):
        assert b"Hidden" not in bytes(entry.leaf)
        assert b"Oak" not in bytes(entry.leaf)


def test_places_and_words_are_encrypted_where_they_lie() -> None:
    visit(canvass(), address="77 Hidden Lane", note="deaf", place=(30.4383, -84.2807))
    with connection.cursor() as cursor:
        for table, column in (
            ("canvass_door", "address"),
            ("canvass_door", "place"),
            ("canvass_visit", "note"),
            ("canvass_canvass", "where"),
            ("canvass_canvass", "sealing_key"),
        ):
            cursor.execute(f'SELECT "{column}" FROM {table}')  # noqa: S608  names of ours
            (stored,) = cursor.fetchone()
            assert ":gAAAA" in stored
