"""Encrypted columns: keys rotate, and without the key nothing is read."""

import pytest
from django.db import connection

from apps.core.fields import EncryptedTextField, key_is_known
from apps.notifications.models import Message
from apps.notifications.services import queue_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(settings):
    settings.FIELD_KEYS = ["old key"]
    return queue_message(kind="x", recipient="ada@example.org", subject="s", text="Calle Niño 7", dedupe_key="x")


def stored(message):
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM notifications_message WHERE id = %s", [message.pk])
        return cursor.fetchone()[0]


def test_a_new_key_writes_and_the_old_still_reads(message, settings):
    before = stored(message)
    settings.FIELD_KEYS = ["new key", "old key"]
    message.refresh_from_db()
    assert message.text == "Calle Niño 7"
    message.save()
    assert stored(message).partition(":")[0] != before.partition(":")[0]
    settings.FIELD_KEYS = ["new key"]
    message.refresh_from_db()
    assert message.text == "Calle Niño 7"


def test_the_wrong_key_opens_nothing(message, settings):
    settings.FIELD_KEYS = ["another key"]
    with pytest.raises(ValueError, match="No configured field key"):
        Message.objects.get(pk=message.pk)


def test_a_changed_value_opens_nothing(message):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_message SET text = substr(text, 1, 40) || '_0_' || substr(text, 44)")
    with pytest.raises(ValueError, match="No configured field key"):
        Message.objects.get(pk=message.pk)


def test_the_same_text_never_lies_twice_the_same(message):
    before = stored(message)
    message = Message.objects.get(pk=message.pk)  # a queued message comes back without its long texts
    message.save()
    assert stored(message) != before


def test_the_key_of_a_value_is_known_without_opening_it(message, settings):
    value = stored(message)
    assert key_is_known(value)
    settings.FIELD_KEYS = ["another key"]
    assert not key_is_known(value)


def test_nothing_stays_nothing():
    field = EncryptedTextField()
    for nothing in (None, ""):
        assert field.get_prep_value(nothing) == nothing
        assert field.from_db_value(nothing) == nothing
