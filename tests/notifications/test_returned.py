"""Letters that come back: seen, told, and no more of them to an address that takes none."""

import base64
import json

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.ledger.models import Entry
from apps.notifications import sending
from apps.notifications.erasing import erase_messages
from apps.notifications.models import Message, ReturnReason, UnreachableAddress
from apps.notifications.return_addresses import message_of_addresses, return_address, token_of
from apps.notifications.services import queue_message
from apps.notifications.states import MessageState
from apps.notifications.taking import take_mail
from tests.notifications.reports import complaint, report
from tests.notifications.smtp_server import mail_server

pytestmark = pytest.mark.django_db
ADA = "ada@example.org"


def letter(key: str, recipient: str = ADA) -> Message:
    return queue_message(kind="x", recipient=recipient, subject="s", text="t", dedupe_key=key)


def sent(key: str, recipient: str = ADA) -> Message:
    message = letter(key, recipient)
    sending.send_due()
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    return message


def state(message: Message) -> str:
    return Message.objects.get(pk=message.pk).state


@pytest.fixture
def server(settings):
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def test_a_report_finds_its_letter_by_message_id_and_stops_the_address():
    message = sent("1")
    assert take_mail(report(message.message_id)) == "A letter came back: no_mailbox 5.1.1"
    assert state(message) == MessageState.RETURNED
    assert "no_mailbox 5.1.1" in Message.objects.get(pk=message.pk).failure_reason
    next_one, other = letter("2"), letter("3", "bo@example.org")
    sending.send_due()
    assert (state(next_one), state(other)) == (MessageState.DROPPED, MessageState.SENT)
    assert Message.objects.get(pk=next_one.pk).failure_reason == sending.UNREACHABLE
    entry = Entry.objects.get(action="message.returned")
    assert ADA not in bytes(entry.leaf).decode()


def test_a_report_finds_its_letter_by_the_address_that_it_came_to(settings):
    settings.MAIL_RETURN_ADDRESS = "letters@portal.example"
    message = sent("1")
    assert take_mail(report(to=return_address(message).upper())).startswith("A letter came back")
    assert state(message) == MessageState.RETURNED


def test_the_envelope_names_the_letter(settings, server):
    settings.MAIL_RETURN_ADDRESS = "letters@portal.example"
    message = sent("1")
    assert server.senders == [f"letters+{token_of(message)}@portal.example"]
    assert server.accepted[0]["From"] == settings.DEFAULT_FROM_EMAIL


def test_nobody_can_invent_a_token(settings):
    settings.MAIL_RETURN_ADDRESS = "letters@portal.example"
    message = sent("1")
    assert message_of_addresses([return_address(message)]) == message
    raw = base64.b32decode(token_of(message).upper() + "=")
    forged = base64.b32encode(raw[:16] + bytes(8)).decode().rstrip("=")
    assert message_of_addresses([f"letters+{forged}@portal.example", "letters+short@portal.example"]) is None


def test_the_same_report_twice_is_one_return():
    message = sent("1")
    take_mail(report(message.message_id))
    assert take_mail(report(message.message_id)) == "Known already."
    assert UnreachableAddress.objects.get().returns == 1
    assert Entry.objects.filter(action="message.returned").count() == 1


def test_a_full_mailbox_is_forgiven_twice():
    for number in range(3):
        assert UnreachableAddress.objects.filter(stopped_at__isnull=False).count() == 0
        message = sent(str(number))
        take_mail(report(message.message_id, status="5.2.2", diagnostic="552 5.2.2 full"))
    row = UnreachableAddress.objects.get()
    assert (row.reason, row.returns) == (ReturnReason.FULL, 3)
    assert row.stopped_at is not None


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_a_report_that_is_no_failure_changes_nothing(action):
    message = sent("1")
    assert take_mail(report(message.message_id, action=action)).startswith("Nothing to do")
    assert state(message) == MessageState.SENT


def test_a_complaint_stops_the_address_at_once():
    message = sent("1")
    take_mail(complaint(message.message_id))
    row = UnreachableAddress.objects.get()
    assert row.reason == ReturnReason.UNWANTED
    assert row.stopped_at is not None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        report("<nobody@knows>"),
        complaint("<nobody@knows>"),
        report("<x>").replace(b"boundary", b"boundry"),
        b"From: a\nContent-Type: message/delivery-status\n\nAction: failed\n",
        b"Content-Type: multipart/report; boundary=x\n\n" + b"--x\n" * 2_000,
    ],
)
def test_what_is_about_no_letter_of_ours_or_broken_changes_nothing(raw):
    message = sent("1")
    take_mail(raw)
    assert state(message) == MessageState.SENT
    assert not UnreachableAddress.objects.exists()


def test_a_server_that_knows_no_such_mailbox_is_believed_at_once(server):
    server.manners = {"rcpt": ["550 5.1.1 no such user"]}
    message = letter("1")
    sending.send_due()
    assert state(message) == MessageState.FAILED
    assert UnreachableAddress.objects.get().stopped_at is not None


@pytest.mark.parametrize("manners", [{"rcpt": ["550 5.7.1 policy"]}, {"body": ["550 5.1.1 odd"]}, {"rcpt": [550]}])
def test_a_refusal_that_is_not_about_the_mailbox_stops_no_address(server, manners):
    server.manners = manners
    message = letter("1")
    sending.send_due()
    assert state(message) == MessageState.FAILED
    assert not UnreachableAddress.objects.exists()


def told_by_postmark(message: Message, **changes: object) -> str:
    body = {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "TypeCode": 1,
        "ID": 42,
        "MessageID": "not-ours",
        "Email": ADA,
        "BouncedAt": "2026-11-30T00:00:00Z",
        "Description": "The server was unable to deliver your message",
        "Details": "smtp;550 5.1.1 unknown",
        "Metadata": {"letter": token_of(message)},
    } | changes
    return json.dumps(body)


def post(body: str, password: str | None = "provider:only-for-tests-and-long"):
    headers = {"HTTP_AUTHORIZATION": "Basic " + base64.b64encode(password.encode()).decode()} if password else {}
    return Client().post("/mail/postmark/tracking/", body, content_type="application/json", **headers)


def test_a_provider_tells_by_its_webhook():
    message = sent("1")
    assert post(told_by_postmark(message)).status_code == 200
    assert state(message) == MessageState.RETURNED
    assert UnreachableAddress.objects.get().reason == ReturnReason.NO_MAILBOX


def test_a_provider_tells_of_a_complaint():
    message = sent("1")
    told = told_by_postmark(message, RecordType="SpamComplaint", Type="SpamComplaint", TypeCode=512)
    assert post(told).status_code == 200
    assert UnreachableAddress.objects.get().reason == ReturnReason.UNWANTED


@pytest.mark.parametrize("password", [None, "provider:wrong", "x:y"])
def test_nobody_else_tells_by_it(password):
    message = sent("1")
    assert post(told_by_postmark(message), password).status_code == 400
    assert state(message) == MessageState.SENT


def test_a_provider_can_say_nothing_of_a_letter_without_its_token():
    message = sent("1")
    assert post(told_by_postmark(message, Metadata={"letter": "a" * 39})).status_code == 200
    assert state(message) == MessageState.SENT


def test_letters_of_an_erased_reader_are_left_alone():
    message = sent("1")
    take_mail(report(message.message_id))
    erase_messages(addresses=[ADA], public_id=User().public_id)
    assert not UnreachableAddress.objects.exists()
    assert take_mail(report(message.message_id)) == "Known already."
    assert not UnreachableAddress.objects.exists()
