"""An author who wants mail of it learns that a request was decided, that footage came, and that some may be lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from apps.agencies.models import Role, RoleGrant
from apps.evidence.deadlines import tell_of_deadlines
from apps.evidence.models import EvidenceItem
from apps.evidence.states import Triage
from apps.footage_requests.models import Match
from apps.footage_requests.services import return_request, submit_request
from apps.footage_requests.states import Answer, MatchState
from apps.notifications import sending
from apps.notifications.models import Way
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.actors import actor_for
from tests.factories.evidence import received_item
from tests.factories.footage_requests import camera_at, open_request, submitted
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.telling import chosen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]

ALL = {"approved": Way.AT_ONCE, "returned": Way.AT_ONCE, "footage": Way.AT_ONCE, "deadline": Way.AT_ONCE}


def letters(author) -> list[str]:
    sending.send_due()
    return [letter.subject for letter in mail.outbox if letter.to == [author.email]]


@pytest.fixture
def opened():
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    return open_request(agency, camera_at(partner))


def test_who_chose_nothing_gets_none_of_these_mails(opened):
    received_item(b"not a video", sent_through=opened.invitation)
    Match.objects.update(overwrite_deadline=timezone.now() + timedelta(hours=3))
    tell_of_deadlines()
    assert letters(opened.author) == []


def test_a_decision_is_told(agency):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    chosen(author, **ALL)
    request = submitted(author, agency)
    request = return_request(
        user=supervisor, request=request, version=request.version, reason="Narrower.", actor=actor_for(supervisor)
    )
    assert letters(author) == ["Your request for footage came back"]
    assert "Narrower" not in mail.outbox[-1].body
    assert request.case.number not in mail.outbox[-1].body


def test_a_request_that_was_submitted_again_did_not_come_back(agency):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    chosen(author, **ALL)
    request = submitted(author, agency)
    request = return_request(
        user=supervisor, request=request, version=request.version, reason="Narrower.", actor=actor_for(supervisor)
    )
    submit_request(user=author, request=request, version=request.version, actor=actor_for(author))
    assert letters(author) == []


def test_footage_is_told_once_a_day_and_names_no_owner(opened):
    chosen(opened.author, **ALL)
    item = received_item(b"not a video", sent_through=opened.invitation)
    received_item(b"another one", sent_through=opened.invitation)
    assert letters(opened.author) == ["Footage came for your request"]
    body = mail.outbox[-1].body
    assert opened.request.code in body
    assert item.submission.partner.name not in body
    assert item.filename not in body


def test_footage_that_was_decided_about_is_not_told(opened):
    chosen(opened.author, **ALL)
    received_item(b"not a video", sent_through=opened.invitation)
    EvidenceItem.objects.update(triage=Triage.ACCEPTED)
    assert letters(opened.author) == []


@pytest.mark.parametrize(
    ("hours", "answer", "told"),
    [(3, "", True), (3, Answer.HAS_FOOTAGE, True), (3, Answer.NONE, False), (99, "", False)],
)
def test_a_near_deadline_is_told_once(opened, hours, answer, told):
    chosen(opened.author, **ALL)
    state = MatchState.ANSWERED if answer else MatchState.INVITED
    deadline = timezone.now() + timedelta(hours=hours)
    Match.objects.update(overwrite_deadline=deadline, answer=answer, state=state)
    tell_of_deadlines()
    tell_of_deadlines()
    assert letters(opened.author) == ["Recordings that you ask for will be overwritten soon"] * told


def test_a_deadline_for_which_footage_came_is_not_told(opened):
    chosen(opened.author, **ALL | {"footage": Way.PAGE})
    Match.objects.update(overwrite_deadline=timezone.now() + timedelta(hours=3))
    tell_of_deadlines()
    received_item(b"not a video", sent_through=opened.invitation)
    EvidenceItem.objects.update(match=opened.match)
    assert letters(opened.author) == []


def test_an_author_who_lost_the_role_is_told_nothing(opened):
    chosen(opened.author, **ALL)
    Match.objects.update(overwrite_deadline=timezone.now() + timedelta(hours=3))
    tell_of_deadlines()
    RoleGrant.objects.filter(user=opened.author).update(ended_at=timezone.now())
    assert letters(opened.author) == []


def test_a_digest_names_a_request_once_under_each_topic(opened):
    chosen(opened.author, footage=Way.DIGEST, deadline=Way.DIGEST)
    received_item(b"not a video", sent_through=opened.invitation)
    EvidenceItem.objects.update(match=None)  # of a camera that the sender did not name
    Match.objects.update(overwrite_deadline=timezone.now() + timedelta(hours=47))
    tell_of_deadlines()
    assert letters(opened.author) == []
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        sending.send_due()
    (letter,) = [letter for letter in mail.outbox if letter.to == [opened.author.email]]
    assert letter.body.count(f"- {opened.request.code}:") == 2
