"""From the outbox to a real mail server: never a gap, a double only where the answer was lost, and counted."""

import os
import signal
from datetime import timedelta

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from apps.notifications import sending, tasks
from apps.notifications.models import Message
from apps.notifications.services import Draft, queue_message, queue_messages
from apps.notifications.signals import message_sent
from apps.notifications.states import MessageState
from tests.notifications.smtp_server import mail_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_TIMEOUT = 5
        yield server


@pytest.fixture
def heard():
    """Messages that a listener was told of."""
    told = []

    def listen(message, **_):
        told.append(message.pk)

    message_sent.connect(listen, weak=False)
    yield told
    message_sent.disconnect(listen)


def queue(key="invitation:1", **changes):
    values = {
        "kind": "invitation",
        "recipient": "ada@example.org",
        "subject": "Vídeo de la cámara",
        "text": "Ábralo:\n.\nhttps://portal.example.org/i/1#secret",
        "dedupe_key": key,
    }
    return queue_message(**{**values, **changes})


def later(**span):
    return time_machine.travel(timezone.now() + timedelta(**span), tick=True)


def test_a_message_goes_out_whole_and_is_recorded_and_blanked(server, heard):
    message = queue(html="<p>Ábralo</p>")
    assert tasks.send_due_messages() == 1
    message.refresh_from_db()
    assert (message.state, message.text, message.html) == (MessageState.SENT, "", "")
    assert message.sent_at is not None
    assert message.lease_token is None
    assert heard == [message.pk]
    (arrived,) = server.accepted
    assert arrived["Message-ID"] == message.message_id
    assert arrived["Auto-Submitted"] == "auto-generated"
    plain, html = arrived.get_payload()
    assert plain.get_payload(decode=True).decode().splitlines() == [
        "Ábralo:",
        ".",
        "https://portal.example.org/i/1#secret",
    ]
    assert html.get_content_type() == "text/html"


def test_what_is_sent_is_never_sent_again(server, heard):
    queue()
    sending.send_due()
    with later(days=1):
        assert sending.send_due() == 0
    assert len(server.accepted) == len(heard) == 1


def test_a_message_waits_for_its_time(server):
    queue(not_before=timezone.now() + timedelta(hours=1))
    assert sending.send_due() == 0
    with later(hours=2):
        assert sending.send_due() == 1


def test_many_share_one_connection(server):
    queue_messages(
        [Draft(kind="x", recipient=f"p{n}@example.org", subject="s", text="t", dedupe_key=str(n)) for n in range(20)]
    )
    assert sending.send_due() == 20
    assert [mail["To"] for mail in server.accepted] == [f"p{n}@example.org" for n in range(20)]


@pytest.mark.parametrize("step", ["connect", "mail", "rcpt", "data", "body"])
def test_a_server_that_says_later_gets_it_later_once(server, step):
    server.manners = {step: [451]}
    message = queue()
    assert sending.send_due() == 0
    message.refresh_from_db()
    assert (message.state, message.refusals, message.possible_doubles) == (MessageState.QUEUED, 1, 0)
    assert message.text
    assert sending.send_due() == 0
    with later(minutes=2):
        assert sending.send_due() == 1
    assert len(server.accepted) == 1


@pytest.mark.parametrize("step", ["connect", "mail", "rcpt", "data"])
def test_a_line_that_breaks_before_the_body_is_no_double(server, step):
    server.manners = {step: ["drop", "drop"]}
    message = queue()
    assert sending.send_due() == 0
    message.refresh_from_db()
    expected = MessageState.UNKNOWN if step == "data" else MessageState.QUEUED
    assert message.state == expected
    server.manners = {}
    with later(minutes=10):
        assert sending.send_due() == 1
    assert len(server.accepted) == 1


@pytest.mark.parametrize("step", ["connect", "mail", "data"])
def test_a_run_ends_where_the_line_fails_and_the_next_one_sends_the_others(server, settings, step):
    settings.EMAIL_TIMEOUT = 0.2
    server.manners = {step: ["hang"]}
    first, second, third = (queue(dedupe_key=key) for key in "123")
    assert sending.send_due() == 0
    assert [Message.objects.get(pk=row.pk).refusals for row in (first, second, third)] == [1, 0, 0]
    assert sending.send_due() == 2


def test_a_server_that_refuses_one_message_gets_the_others_in_the_same_run(server):
    server.manners = {"rcpt": [451, 550]}
    for key in "123":
        queue(dedupe_key=key)
    assert sending.send_due() == 1


def test_no_server_at_all_only_delays(settings, server):
    server.stop()
    message = queue()
    assert sending.send_due() == 0
    message.refresh_from_db()
    assert (message.state, message.failure_reason) == (MessageState.QUEUED, "ConnectionRefusedError")


def test_an_answer_lost_after_the_body_is_sent_again_and_counted(server, heard):
    server.manners = {"body": ["drop"]}
    message = queue()
    assert sending.send_due() == 0
    message.refresh_from_db()
    assert (message.state, message.possible_doubles) == (MessageState.UNKNOWN, 0)
    assert heard == []
    with later(minutes=2):
        assert sending.send_due() == 1
    message.refresh_from_db()
    assert (message.state, message.possible_doubles) == (MessageState.SENT, 1)
    assert [mail["Message-ID"] for mail in server.accepted] == [message.message_id] * 2
    assert heard == [message.pk]


@pytest.mark.parametrize("step", ["rcpt", "data", "body"])
def test_a_refusal_for_good_ends_it_with_a_reason_without_the_address(server, heard, step):
    server.manners = {step: [550]}
    message = queue()
    assert sending.send_due() == 0
    message.refresh_from_db()
    assert (message.state, message.failure_reason) == (MessageState.FAILED, "550 5.0.0")
    assert message.text == ""
    with later(days=1):
        assert sending.send_due() == 0
    assert server.accepted == heard == []


def test_a_refused_sender_is_our_fault_and_tried_again(server):
    server.manners = {"mail": [550]}
    message = queue()
    sending.send_due()
    message.refresh_from_db()
    assert message.state == MessageState.QUEUED


def test_one_bad_recipient_holds_nobody_up(server):
    queue_messages(
        [Draft(kind="x", recipient=f"p{n}@example.org", subject="s", text="t", dedupe_key=str(n)) for n in range(3)]
    )
    server.manners = {"rcpt": [550]}
    assert sending.send_due() == 2
    assert [mail["To"] for mail in server.accepted] == ["p1@example.org", "p2@example.org"]


def test_tries_are_spaced_wider_and_end_with_a_reason(server):
    message = queue()
    delays = []
    for _ in range(sending.MOST_REFUSALS):
        server.manners = {"rcpt": [450]}
        before = timezone.now()
        sending.send_message(pk=message.pk, courier=sending.Courier())
        message.refresh_from_db()
        delays.append(round((message.not_before - before).total_seconds() / 60))
        Message.objects.update(not_before=timezone.now())
    assert delays[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]
    server.manners = {"rcpt": [450]}
    sending.send_message(pk=message.pk, courier=sending.Courier())
    message.refresh_from_db()
    assert (message.state, message.failure_reason) == (MessageState.FAILED, "Given up: 450 4.0.0")


def test_a_listener_that_fails_makes_no_double_and_is_told_again(server):
    told, broken = [], [True]

    def listen(message, **_):
        if broken.pop() if broken else False:
            Message.objects.filter(pk=message.pk).update(subject="undone")
            raise RuntimeError
        told.append(message.pk)

    message = queue()
    message_sent.connect(listen, weak=False)
    try:
        assert sending.send_due() == 1
        message.refresh_from_db()
        assert (message.state, message.announced, message.subject) == (MessageState.SENT, False, "Vídeo de la cámara")
        assert sending.send_due() == 0
    finally:
        message_sent.disconnect(listen)
    message.refresh_from_db()
    assert message.announced
    assert told == [message.pk]
    assert len(server.accepted) == 1


def test_a_worker_that_lost_its_lease_records_nothing(server):
    message = queue()
    stale = sending._claim(message.pk)
    Message.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert sending.heal_claimed() == 1
    sending._record(stale, state=MessageState.SENT)
    message.refresh_from_db()
    assert message.state == MessageState.UNKNOWN


def test_three_deaths_end_it_with_a_reason(server):
    message = queue()
    for _ in range(3):
        assert sending._claim(message.pk)
        Message.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
        assert sending.heal_claimed() == 1
    message.refresh_from_db()
    assert (message.state, message.failure_reason) == (MessageState.FAILED, "Three workers died sending it.")
    assert sending._claim(message.pk) is None


def test_other_back_ends_send_too(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    queue()
    assert sending.send_due() == 1
    assert "secret" in next(tmp_path.iterdir()).read_text()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_sending_heals_without_a_gap(server):
    message = queue()
    server.manners = {"body": ["hang"]}
    connections.close_all()
    worker = os.fork()
    if worker == 0:
        try:
            sending.send_due()
        finally:
            os._exit(0)
    assert server.body_arrived.wait(20)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    message.refresh_from_db()
    assert message.state == MessageState.CLAIMED
    assert message.message_id
    assert sending.send_due() == 0
    with later(minutes=6):
        assert sending.send_due() == 1
    message.refresh_from_db()
    assert (message.state, message.possible_doubles) == (MessageState.SENT, 1)
    assert [mail["Message-ID"] for mail in server.accepted] == [message.message_id] * 2


@pytest.mark.django_db(transaction=True)
def test_queueing_rings_the_worker_once_for_a_transaction(monkeypatch):
    from django.db import transaction

    rung = []
    monkeypatch.setattr(tasks.send_due_messages, "apply_async", lambda *_, **__: rung.append(1))
    with transaction.atomic():
        for number in range(5):
            queue(f"k{number}")
    assert rung == [1]
