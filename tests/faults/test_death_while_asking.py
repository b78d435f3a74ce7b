"""A process may be killed while it approves, answers or sends mail: each act is complete or did not happen."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from pytest_django.fixtures import Settings

from apps.agencies.models import Role
from apps.core.errors import WrongState
from apps.footage_requests import services
from apps.footage_requests.models import FootageRequest, Invitation, Match, Response
from apps.footage_requests.states import Answer, RequestState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications import sending
from apps.notifications.models import Message
from apps.notifications.services import queue_message
from apps.notifications.states import MessageState
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, open_request, submitted
from tests.factories.people import AgencyFactory, registrant, staff
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db(transaction=True)

STRIDE = 3
"""Of an approval, which has many points, every third is tried, so that a run stays short."""


def test_an_approval_that_was_killed_invited_everybody_or_nobody() -> None:
    agency = AgencyFactory.create()
    _user, partner = registrant(agency)
    camera_at(partner)
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    number, deaths, died = 1, 0, True
    while died:
        request = submitted(author, agency)

        def approve(request: FootageRequest = request) -> None:
            services.approve_request(
                user=supervisor, request=request, version=request.version, actor=actor_for(supervisor)
            )

        died = die_at(number, approve)
        deaths += died
        request.refresh_from_db()
        begun = request.state == RequestState.OPEN
        left = [Match.objects.filter(request=request).count(), Invitation.objects.filter(request=request).count()]
        assert left == [begun, begun], number
        if begun:
            with pytest.raises(WrongState):
                approve()
        else:
            approve()
        invitation = Invitation.objects.get(request=request)
        assert Match.objects.filter(request=request, invitation=invitation).count() == 1
        assert Message.objects.filter(dedupe_key__contains=str(invitation.public_id)).count() == 1
        approvals = Entry.objects.filter(action="request.approved", subject_id=str(request.public_id))
        assert approvals.count() == 1, number
        number += STRIDE
        assert number < 300
    assert deaths > 5


def test_an_answer_that_was_killed_is_kept_once_when_it_is_sent_again() -> None:
    opened = open_request()
    number, deaths, died = 1, 0, True
    while died:
        before, key = Response.objects.count(), uuid.uuid4()
        answer = [Answer.DECLINED, Answer.NONE][number % 2]

        def send(answer: str = answer, key: uuid.UUID = key) -> None:
            services.answer_matches(
                invitation=opened.invitation,
                answers={opened.match.public_id: services.AnswerGiven(answer)},
                request_key=key,
                actor=Actor.invitation(opened.invitation.public_id),
            )

        died = die_at(number, send)
        deaths += died
        send()
        assert Response.objects.count() == before + 1, number
        assert Entry.objects.filter(action="request.answered").count() == before + 1
        assert Match.objects.get().answer == answer
        number += 1
        assert number < 200
    assert deaths > 3


def test_a_mail_whose_sender_was_killed_goes_out_and_a_double_is_counted(settings: Settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    number, deaths, died = 1, 0, True
    while died:
        settings.EMAIL_FILE_PATH = str(tmp_path / str(number))
        message = queue_message(
            kind="test", recipient="ada@example.org", subject="s", text="t", dedupe_key=f"death:{number}"
        )
        died = die_at(number, sending.send_due)
        deaths += died
        with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=True):
            sending.send_due()
        message.refresh_from_db()
        assert message.state == MessageState.SENT, number
        arrived = sum(
            path.read_text().count("Message-ID:") for path in Path(settings.EMAIL_FILE_PATH).glob("*") if path.is_file()
        )
        assert 1 <= arrived <= 1 + message.possible_doubles, number
        number += 1
        assert number < 200
    assert deaths > 10
