"""The overwrite clock: what runs, what stops it, who is reminded and when, what is the loudest."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from apps.core.errors import NotFound, WrongState
from apps.footage_requests import services, tasks
from apps.footage_requests.clock import is_running, running
from apps.footage_requests.models import Match
from apps.footage_requests.selectors import board_of
from apps.footage_requests.send_checks import may_go
from apps.footage_requests.services import AnswerGiven
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.notifications.send_checks import Drop
from tests.factories.footage_requests import camera_at, open_request, window
from tests.factories.people import AgencyFactory, registrant

pytestmark = pytest.mark.django_db
OWNER = Actor.system("test")


def opened_with(*retention_hours, **changes):
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    opened = open_request(agency, *[camera_at(partner, retention_hours=hours) for hours in retention_hours], **changes)
    services.record_sent(public_id=opened.invitation.public_id, sent_at=timezone.now(), actor=OWNER)
    opened.invitation.refresh_from_db()
    return opened


def answer(opened, said, which=0):
    given = {opened.matches[which].public_id: AnswerGiven(*said.split(":"))}
    services.answer_matches(invitation=opened.invitation, answers=given, actor=OWNER)


@pytest.mark.parametrize(
    ("act", "runs"),
    [
        ("nothing", True),
        ("has_footage", True),
        ("none", False),
        ("declined", False),
        ("unavailable:broken", False),
        ("kept", False),
        ("past", False),
    ],
)
def test_the_clock_runs_until_the_video_is_safe_or_not_to_be_had(act, runs):
    opened = opened_with(72)
    now = timezone.now()
    if act == "kept":
        services.keep_footage(invitation=opened.invitation, actor=OWNER)
    elif act == "past":
        now += timedelta(hours=80)
    elif act != "nothing":
        answer(opened, act)
    match = Match.objects.get()
    assert is_running(match, now) is runs
    assert Match.objects.filter(running(now)).exists() is runs


def test_keeping_is_said_once_and_is_no_answer():
    opened = opened_with(72, 96)
    first = services.keep_footage(invitation=opened.invitation, matches=[opened.matches[0].public_id], actor=OWNER)
    again = services.keep_footage(invitation=opened.invitation, matches=[opened.matches[0].public_id], actor=OWNER)
    assert [one.kept_at for one in first] == [one.kept_at for one in again]
    assert Entry.objects.filter(action="request.kept").count() == 1
    assert not Match.objects.exclude(answer="").exists()
    assert Match.objects.filter(kept_at__isnull=True).count() == 1
    answer(opened, "declined")
    assert Match.objects.get(pk=opened.matches[0].pk).kept_at is None


def test_what_was_denied_ended_or_is_somebody_elses_cannot_be_kept():
    opened, other = opened_with(72), opened_with(72)
    with pytest.raises(NotFound):
        services.keep_footage(invitation=opened.invitation, matches=[other.match.public_id], actor=OWNER)
    answer(opened, "none")
    with pytest.raises(WrongState) as refused:
        services.keep_footage(invitation=opened.invitation, actor=OWNER)
    assert refused.value.code == "nothing"
    services.withdraw_request(user=other.author, request=other.request, reason="Solved.", actor=OWNER)
    with pytest.raises(WrongState) as refused:
        services.keep_footage(invitation=other.invitation, actor=OWNER)
    assert refused.value.code == "ended"
    assert not Match.objects.filter(kept_at__isnull=False).exists()


@pytest.mark.parametrize("hours", [12, 24, 72, 200])
def test_each_recorder_gets_its_reminder_before_it_overwrites(hours):
    opened_with(hours, **window(hours_ago=2))
    reminded = []
    for hour in range(1, hours):
        with time_machine.travel(timezone.now() + timedelta(hours=hour), tick=False):
            if tasks.remind_due_invitations():
                reminded.append(hour)
    assert len(reminded) == 1
    left = hours - 2 - reminded[0]
    assert 0 < left <= 48


@pytest.mark.parametrize("act", ["kept", "has_footage", "none", "declined"])
def test_nobody_is_reminded_after_an_answer_not_even_by_a_letter_that_waited(act):
    opened = opened_with(72)
    with time_machine.travel(timezone.now() + timedelta(hours=30)):
        assert tasks.remind_due_invitations() == 1
        reminder = Message.objects.get(kind="footage_request.reminder")
        assert not isinstance(may_go(reminder), Drop)
        if act == "kept":
            services.keep_footage(invitation=opened.invitation, actor=OWNER)
        else:
            answer(opened, act)
        assert isinstance(may_go(reminder), Drop)
        type(opened.invitation).objects.update(reminded_at=None)
        assert tasks.remind_due_invitations() == 0


def test_said_yes_and_sent_nothing_is_the_loudest_on_the_board():
    opened = opened_with(100, 72, 200, 150, 90)
    answer(opened, "none", 1)
    answer(opened, "has_footage", 0)
    answer(opened, "has_footage", 2)
    answer(opened, "has_footage", 3)
    services.keep_footage(invitation=opened.invitation, matches=[opened.matches[3].public_id], actor=OWNER)
    board = board_of(opened.request, sent={opened.matches[2].public_id})
    order = [opened.matches.index(next(one for one in opened.matches if one.pk == row.match_id)) for row in board.rows]
    assert order == [0, 3, 2, 4, 1]
    assert (board.silent, board.kept) == (1, 1)
    assert board.next_overwrite == Match.objects.get(pk=opened.matches[4].pk).overwrite_deadline


def test_a_file_that_names_no_camera_may_be_of_any_so_nobody_is_blamed():
    opened = opened_with(100)
    answer(opened, "has_footage")
    assert board_of(opened.request).silent == 1
    assert board_of(opened.request, loose={opened.invitation.public_id}).silent == 0
