"""A message that has waited is asked about once more before it goes out."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from apps.notifications import send_checks, sending
from apps.notifications.models import Message
from apps.notifications.services import queue_message
from apps.notifications.states import MessageState

pytestmark = pytest.mark.django_db


@pytest.fixture
def verdicts(monkeypatch):
    answers = []
    monkeypatch.setitem(send_checks._checks, "checked.", lambda message: answers[0](message))
    return answers


def queued(kind="checked.letter"):
    return queue_message(kind=kind, recipient="ada@example.org", subject="S", text="T", dedupe_key=kind)


def test_what_may_go_goes(verdicts):
    verdicts.append(lambda message: None)
    queued()
    assert sending.send_due() == 1
    assert len(mail.outbox) == 1


def test_what_may_not_go_yet_waits_and_that_is_no_refusal(verdicts):
    moment = timezone.now() + timedelta(hours=9)
    verdicts.append(lambda message: send_checks.Defer(moment))
    queued()
    assert sending.send_due() == 0
    message = Message.objects.get()
    assert (message.state, message.not_before, message.refusals, message.attempts) == (
        MessageState.QUEUED, moment, 0, 0,
    )  # fmt: skip
    assert message.text == "T"
    assert mail.outbox == []


def test_what_is_no_longer_wanted_is_kept_as_not_sent_without_its_words(verdicts):
    verdicts.append(lambda message: send_checks.Drop("It is over."))
    queued()
    assert [sending.send_due() for _ in range(2)] == [0, 0]
    message = Message.objects.get()
    assert (message.state, message.failure_reason, message.text) == (MessageState.DROPPED, "It is over.", "")
    assert mail.outbox == []


def test_a_check_that_fails_lets_nothing_through_and_is_asked_again(verdicts):
    def broken(message):
        raise RuntimeError("no database")

    verdicts.append(broken)
    queued()
    queued("other.letter")
    assert sending.send_due() == 1
    message = Message.objects.get(kind="checked.letter")
    assert (message.state, message.refusals) == (MessageState.QUEUED, 1)
    verdicts[0] = lambda message: None
    Message.objects.update(not_before=timezone.now())
    assert sending.send_due() == 1
