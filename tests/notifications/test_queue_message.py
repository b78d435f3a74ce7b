"""Putting messages in the outbox."""

import pytest

from apps.core.errors import InvalidInput
from apps.notifications.models import Message
from apps.notifications.services import queue_message
from apps.notifications.states import MessageState

pytestmark = pytest.mark.django_db


def queue(**changes):
    values = {
        "kind": "invitation",
        "recipient": "ada@example.org",
        "subject": "A request for video",
        "text": "Open https://portal.example.org/i/1#secret",
        "dedupe_key": "invitation:1",
    }
    return queue_message(**{**values, **changes})


def test_a_message_waits_queued_and_its_words_lie_encrypted():
    from django.db import connection

    message = queue()
    assert message.state == MessageState.QUEUED
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient, text FROM notifications_message")
        stored = " ".join(cursor.fetchone())
    assert "ada" not in stored
    assert "secret" not in stored


def test_the_same_key_queues_one_message_and_returns_the_first():
    assert queue(subject="First") == queue(subject="Second")
    assert Message.objects.get().subject == "First"


@pytest.mark.parametrize("subject", ["Hello\r\nBcc: eve@example.org", "a\nb", "a\x00b", "a\u2028b"])
def test_a_subject_that_would_add_a_header_is_refused(subject):
    with pytest.raises(InvalidInput):
        queue(subject=subject)
    assert not Message.objects.exists()


@pytest.mark.parametrize("recipient", ["", "ada", "ada@example.org\r\nBcc: eve@example.org", "a@b.org, c@d.org"])
def test_an_address_that_is_none_is_refused(recipient):
    with pytest.raises(InvalidInput):
        queue(recipient=recipient)
    assert not Message.objects.exists()


def test_a_long_subject_is_shortened_not_refused():
    assert queue(subject="x" * 300).subject == "x" * 199 + "…"
