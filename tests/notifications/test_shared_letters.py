"""Words that many readers get are stored once; each message holds what is its reader's."""

import pytest
from django.db import connection

from apps.notifications import tasks
from apps.notifications.erasing import erase_messages
from apps.notifications.models import Letter, Message, mark
from apps.notifications.services import Draft, queue_messages
from apps.notifications.states import MessageState

pytestmark = pytest.mark.django_db

READERS = ("ada", "ben", "eve")


def drafts(text="Open {} now", html="<p>Open <a href='{}'>this</a></p>", **changes):
    fields = {
        "kind": "x",
        "subject": "s",
        "text": text.format(mark("link")),
        "html": html.format(mark("link")),
    } | changes
    return [
        Draft(
            recipient=f"{name}@example.org",
            dedupe_key=f"x:{name}",
            values={"link": f"https://portal.example.org/?a=1&b=2#{name}"},
            **fields,
        )
        for name in READERS
    ]


def test_words_of_many_readers_are_stored_once_and_each_reads_their_own_link(mailoutbox):
    queue_messages(drafts())
    assert Letter.objects.count() == 1
    assert tasks.send_due_messages() == len(READERS)
    for name, mail in zip(READERS, mailoutbox, strict=True):
        assert mail.body == f"Open https://portal.example.org/?a=1&b=2#{name} now"
        html = mail.alternatives[0][0]
        assert html == f"<p>Open <a href='https://portal.example.org/?a=1&amp;b=2#{name}'>this</a></p>"


def test_other_words_are_another_letter_and_words_of_one_message_are_none():
    own = Draft(kind="x", recipient="dan@example.org", subject="s", text="Only Dan", dedupe_key="x:dan")
    english, spanish = drafts()[0], drafts(text="Abra {} ahora")[1]
    queue_messages([english, spanish, own])
    assert Letter.objects.count() == 2
    assert [one.words.text[:4] for one in Message.objects.order_by("dedupe_key")] == ["Open", "Abra", "Only"]


def test_letter_and_values_lie_encrypted():
    queue_messages(drafts())
    with connection.cursor() as cursor:
        cursor.execute("SELECT m.reader_values, l.text FROM notifications_message m, notifications_letter l")
        stored = " ".join(map(str, cursor.fetchall()))
    assert "ada" not in stored
    assert "Open" not in stored


def test_what_opens_something_is_gone_after_the_sending_and_the_words_stay():
    queue_messages(drafts())
    tasks.send_due_messages()
    assert {(one.state, one.reader_values, one.words) for one in Message.objects.all()} == {
        (MessageState.SENT, "", ("", ""))
    }
    assert Letter.objects.get().text == f"Open {mark('link')} now"


def test_an_erased_reader_has_no_letter():
    queue_messages(drafts())
    erase_messages(addresses=["ada@example.org"], public_id="00000000-0000-4000-8000-000000000000")
    erased = Message.objects.get(dedupe_key="x:ada")
    assert (erased.state, erased.letter, erased.reader_values, erased.words) == (
        MessageState.DROPPED,
        None,
        "",
        ("", ""),
    )
    assert Message.objects.get(dedupe_key="x:ben").words.text.endswith("#ben now")


def test_a_mark_that_somebody_wrote_into_the_words_stops_nothing(mailoutbox):
    queue_messages(drafts(text=f"Look {mark('other')} at {{}}"))
    assert tasks.send_due_messages() == len(READERS)
    assert mailoutbox[0].body.endswith("#ada")
