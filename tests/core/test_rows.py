"""Many rows in one statement."""

import random

import pytest
from django.db import IntegrityError, connection
from django.db.utils import DataError
from django.utils import timezone
from django.utils.safestring import mark_safe

from apps.core.rows import insert_rows
from apps.notifications.models import Letter, Message
from apps.notifications.services import queue_message

pytestmark = pytest.mark.django_db


def insert(keys, **changes):
    fields = {"kind": "x", "subject": 'Ñ "%s" \\ €', "not_before": "2026-01-02T03:04:05Z"} | changes
    columns = {"dedupe_key": keys, "recipient": [f"{key}@example.org" for key in keys]}
    return insert_rows(Message, columns, returning=("id", "dedupe_key"), **fields)


def test_rows_are_as_the_model_makes_them():
    told = insert(["a", 'b " %s \\ ñ'])
    usual = queue_message(kind="x", recipient="c@example.org", subject="s", text="", dedupe_key="c")
    rows = list(Message.objects.order_by("pk"))[:2]
    assert sorted(told) == sorted((row.pk, row.dedupe_key) for row in rows)
    assert [row.recipient for row in rows] == ["a@example.org", 'b " %s \\ ñ@example.org']
    assert rows[0].public_id != rows[1].public_id
    for row in rows:
        assert (row.subject, row.state, row.letter, row.announced) == ('Ñ "%s" \\ €', usual.state, None, False)
        assert row.not_before.isoformat() == "2026-01-02T03:04:05+00:00"
        assert row.created_at <= usual.created_at
    assert [Message.objects.get(public_id=row.public_id).pk for row in rows] == [row.pk for row in rows]


def test_no_rows_are_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert([]) == []


def test_any_number_of_rows_is_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        insert([str(number) for number in range(1_000)])
    assert Message.objects.count() == 1_000


def test_a_row_that_is_there_is_refused_or_left_as_it_is():
    insert(["a"])
    assert [key for _pk, key in insert(["a", "b"], subject="new", ignore_conflicts=True)] == ["b"]
    assert Message.objects.get(dedupe_key="a").subject != "new"
    with pytest.raises(IntegrityError):
        insert(["c", "b"])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite knows no lengths")
def test_what_is_too_long_is_refused_and_not_cut():
    with pytest.raises(DataError):
        insert(["x" * 151])


def test_rows_that_differ_in_nothing_are_all_there():
    insert_rows(Letter, {"text": ["same", "same", "same"]})
    assert [letter.text for letter in Letter.objects.all()] == ["same"] * 3


def test_rows_of_any_text_are_those_of_bulk_create():
    drawn = random.Random(20261130)
    letters = "aÑ€\"'\\%{}\n\t \x7f😀" + "0"
    texts = ["".join(drawn.choices(letters, k=drawn.randint(0, 60))) for _ in range(300)]
    texts += ["", "null", "[1]", " spaces "]
    due = timezone.now()
    usual = [
        Message(kind="x", subject=text, recipient=f"{text}@", digest_line=text, dedupe_key=f"u{number}", not_before=due)
        for number, text in enumerate(texts)
    ]
    Message.objects.bulk_create(usual)
    columns = {
        "subject": texts,
        "recipient": [f"{text}@" for text in texts],
        "digest_line": [mark_safe(text) for text in texts],
        "dedupe_key": [f"r{number}" for number in range(len(texts))],
    }
    insert_rows(Message, columns, kind="x", not_before=due)
    shown = ("subject", "recipient", "digest_line", "kind", "channel", "state", "text", "html", "not_before")
    for number in range(len(texts)):
        one, other = (Message.objects.values_list(*shown).get(dedupe_key=f"{by}{number}") for by in "ur")
        assert one == other
