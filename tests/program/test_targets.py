"""Targets: who sets them, that none is lost, and how a figure stands to one."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale, WrongState
from apps.ledger.models import Entry
from apps.program.charts import Point, draw, each_day
from apps.program.measures import BY_KEY
from apps.program.models import Target
from apps.program.policies import can_view_target, viewable_targets
from apps.program.selectors import targets_in_force
from apps.program.services import set_target, take_snapshots, withdraw_target
from apps.program.standing import Standing, standing
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 10, 17, tzinfo=UTC)


def wish(**changes):
    return {
        "measure": "partners",
        "agency": None,
        "value": 120,
        "due_on": timezone.now().date() + timedelta(days=100),
        "reason": "The council asked for it in May.",
        "read": 0,
        "request_key": uuid.uuid4(),
    } | changes


def test_a_manager_sets_a_target_and_the_ledger_has_it_without_the_words():
    manager = staff(Role.PROGRAM_MANAGER)
    target = set_target(user=manager, **wish())
    entry = Entry.objects.get(action="program.target_set")
    assert (target.number, target.value, target.set_by) == (1, 120, manager)
    assert entry.facts["value"] == "120.0"
    assert entry.facts["of"] == "program"
    assert "council" not in bytes(entry.leaf).decode()
    assert entry.private == {"reason": "The council asked for it in May."}


def test_a_new_target_keeps_the_old_one_and_a_withdrawn_one_ends_it():
    manager = staff(Role.PROGRAM_MANAGER)
    set_target(user=manager, **wish())
    set_target(user=manager, **wish(value=150, read=1))
    assert targets_in_force(["program"])["partners", "program"].value == 150
    withdraw_target(user=manager, measure="partners", agency=None, reason="No more.", read=2, request_key=uuid.uuid4())
    assert targets_in_force(["program"]) == {}
    assert list(Target.objects.order_by("number").values_list("number", "value")) == [(1, 120), (2, 150), (3, None)]
    with pytest.raises(WrongState):
        withdraw_target(
            user=manager, measure="partners", agency=None, reason="Again.", read=3, request_key=uuid.uuid4()
        )


def test_the_same_form_sent_twice_sets_one_target():
    manager, same = staff(Role.PROGRAM_MANAGER), wish()
    assert set_target(user=manager, **same) == set_target(user=manager, **same)
    assert Target.objects.count() == 1
    assert Entry.objects.filter(action="program.target_set").count() == 1


def test_who_did_not_see_a_colleagues_target_does_not_overwrite_it():
    set_target(user=staff(Role.PROGRAM_MANAGER), **wish())
    with pytest.raises(Stale):
        set_target(user=staff(Role.PROGRAM_MANAGER), **wish(value=5))
    assert Target.objects.get().value == 120


@pytest.mark.parametrize("role", [role for role in Role if role != Role.PROGRAM_MANAGER])
def test_no_other_role_sets_a_target(role):
    agency = AgencyFactory.create()
    for of in (None, agency):
        with pytest.raises(NotAllowed):
            set_target(user=staff(role, agency), **wish(agency=of))


def test_a_manager_sets_none_for_another_agency():
    with pytest.raises(NotAllowed):
        set_target(user=staff(Role.PROGRAM_MANAGER), **wish(agency=AgencyFactory.create()))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"value": float("nan")}, "value"),
        ({"value": float("inf")}, "value"),
        ({"value": -1}, "value"),
        ({"value": 1.5}, "value"),
        ({"measure": "response_rate", "value": 101}, "value"),
        ({"due_on": date(2020, 1, 1)}, "due_on"),
        ({"due_on": date(9999, 1, 1)}, "due_on"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_a_target_that_makes_no_sense_is_refused_beside_its_field(changes, field):
    with pytest.raises(InvalidInput) as refused:
        set_target(user=staff(Role.PROGRAM_MANAGER), **wish(**changes))
    assert field in refused.value.fields
    assert not Target.objects.exists()


@pytest.mark.parametrize("key", ["looks", "nonsense"])
def test_what_is_only_watched_has_no_target(key):
    with pytest.raises(NotFound):
        set_target(user=staff(Role.PROGRAM_MANAGER), **wish(measure=key))


def test_one_reads_the_programs_targets_and_those_of_ones_own_agency():
    mine, other = AgencyFactory.create(), AgencyFactory.create()
    manager = staff(Role.PROGRAM_MANAGER, mine)
    for agency, user in ((None, manager), (mine, manager), (other, staff(Role.PROGRAM_MANAGER, other))):
        set_target(user=user, **wish(agency=agency))
    for role in Role:
        user = staff(role, mine)
        seen = set(viewable_targets(user))
        assert seen == {target for target in Target.objects.all() if can_view_target(user, target)}
        assert len(seen) == (2 if role in (Role.PROGRAM_MANAGER, Role.SUPERVISOR, Role.AUDITOR) else 0)


def test_on_track_is_the_straight_line_from_the_figure_of_the_day_it_was_set():
    with time_machine.travel(NOW, tick=False):
        take_snapshots()
        target = set_target(user=staff(Role.PROGRAM_MANAGER), **wish(value=100, due_on=date(2027, 2, 18)))
    assert target.start == 0
    half = date(2026, 12, 30)
    measure = BY_KEY["partners"]
    assert standing(measure, 50, target, half) == Standing.ON_TRACK
    assert standing(measure, 49, target, half) == Standing.BEHIND
    assert standing(measure, 100, target, half) == Standing.MET
    assert standing(measure, 99, target, date(2027, 2, 19)) == Standing.MISSED
    assert standing(measure, None, target, half) == Standing.NO_FIGURE
    assert standing(measure, 5, None, half) == Standing.NO_TARGET


def test_where_less_is_better_a_lower_figure_meets_the_target():
    target = set_target(user=staff(Role.PROGRAM_MANAGER), **wish(measure="first_footage", value=24))
    today = timezone.now().date()
    assert standing(BY_KEY["first_footage"], 20, target, today) == Standing.MET
    assert standing(BY_KEY["first_footage"], 30, target, today) == Standing.BEHIND, "there was no figure to start from"


def test_a_day_without_a_figure_breaks_the_line_and_is_a_row_without_a_number():
    first = date(2026, 11, 1)
    points = [Point(first + timedelta(days=day), 10.0) for day in (0, 1, 3, 6, 7, 8)]
    until = first + timedelta(days=9)
    chart = draw(BY_KEY["partners"], points, since=first, until=until, target=20)
    assert [len(line.split()) for line in chart.lines] == [2, 3]
    assert len(chart.dots) == 1
    assert chart.gaps == 3
    days = each_day(points, first, until)
    assert [point.value for point in days] == [None, 10, 10, 10, None, None, 10, None, 10, 10]


def test_a_chart_of_nothing_has_no_line():
    chart = draw(
        BY_KEY["response_rate"], [Point(date(2026, 11, 1), None)], since=date(2026, 11, 1), until=date(2026, 11, 9)
    )
    assert (chart.lines, chart.dots, chart.first, chart.gaps) == ([], [], None, 0)
