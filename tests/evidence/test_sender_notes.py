"""What a giver says of a file: kept beside it, changed until staff decide, and never a change of the bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from apps.core.errors import InvalidInput, NotFound, WrongState
from apps.evidence.coverage import Covers, coverage_of
from apps.evidence.models import EvidenceItem, SenderNote
from apps.evidence.selectors import sender_notes_of
from apps.evidence.sender_words import clock_in_words, facts_of_note
from apps.evidence.services.sender_notes import Said, said, state_sender_note
from apps.evidence.states import Triage
from apps.footage_requests.models import FootageRequest
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.uploads.models import Upload
from apps.uploads.states import UploadState
from tests.factories import evidence as factories
from tests.uploads.live import cookie_for

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")
WORDS = said(begins="2026-11-23T23:05", clock_minutes=5, text=" The van leaves at minute two. ")


@pytest.fixture(autouse=True)
def _stores(settings: LazySettings, tmp_path):
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


def test_words_before_the_last_byte_belong_to_the_item_that_comes() -> None:
    invitation = factories.invitation()
    upload = factories.open_upload(b"video", sent_through=invitation)
    state_sender_note(upload=upload, words=WORDS, actor=ACTOR)
    state_sender_note(upload=upload, words=WORDS, actor=ACTOR)
    assert Entry.objects.filter(action="upload.sender_note_stated").count() == 1
    note = SenderNote.objects.get()
    assert (note.begins, note.clock_minutes, note.text) == ("2026-11-23T23:05:00", 5, "The van leaves at minute two.")


def test_newer_words_count_and_a_cut_cannot_be_taken_back() -> None:
    item = factories.received_item(b"video")
    state_sender_note(upload=item.upload, words=said(text="One.", cut_s=[10, 70.5]), actor=ACTOR)
    state_sender_note(upload=item.upload, words=said(text="Two."), actor=ACTOR)
    note = sender_notes_of([item])[item.upload_id]
    assert (note.text, note.cut_from_s, note.cut_to_s) == ("Two.", 10, 70.5)
    entries = Entry.objects.filter(action="evidence_item.sender_note_stated", subject_id=str(item.public_id))
    assert entries.count() == 2
    assert all("One." not in str(entry.facts) for entry in entries)


@pytest.mark.parametrize("triage", [Triage.ACCEPTED, Triage.RETURNED])
def test_words_stand_once_staff_have_decided(triage: Triage) -> None:
    item = factories.received_item(b"video")
    EvidenceItem.objects.filter(pk=item.pk).update(triage=triage)
    with pytest.raises(WrongState):
        state_sender_note(upload=item.upload, words=WORDS, actor=ACTOR)
    assert not SenderNote.objects.exists()


def test_upload_that_was_given_up_takes_no_words() -> None:
    upload = factories.open_upload(b"video", sent_through=factories.invitation())
    Upload.objects.filter(pk=upload.pk).update(state=UploadState.ABANDONED)
    with pytest.raises(NotFound):
        state_sender_note(upload=upload, words=WORDS, actor=ACTOR)


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("begins", "yesterday"),
        ("begins", "2026-11-23T23:05:00Z"),
        ("begins", "2026-13-23T23:05"),
        ("begins", "0001-01-01T00:00"),
        ("clock_minutes", "soon"),
        ("clock_minutes", 10**9),
        ("cut_s", [5]),
        ("cut_s", [9, 3]),
        ("cut_s", [-1, 3]),
        ("cut_s", [0, float("inf")]),
        ("cut_s", [True, 3]),
        ("cut_s", "0-3"),
        ("text", "a" * 1001),
    ],
)
def test_words_that_cannot_be_meant_are_refused_by_name(field: str, given: object) -> None:
    with pytest.raises(InvalidInput) as refused:
        said(**{field: given})  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


def test_nothing_said_is_nothing() -> None:
    assert said() == Said()
    assert facts_of_note(None) == []


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "right"),
        (1, "1 minute ahead"),
        (-7, "7 minutes behind"),
        (120, "2 hours ahead"),
        (-1440, "1 day behind"),
    ],
)
def test_clock_is_told_in_its_largest_whole_unit(minutes: int, words: str) -> None:
    assert clock_in_words(minutes) == words


def test_senders_time_and_clock_decide_what_a_file_covers() -> None:
    item = factories.received_item(b"video")
    asked = item.submission.invitation.request  # type: ignore[union-attr]
    start = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 23:00 in Tallahassee
    FootageRequest.objects.filter(pk=asked.pk).update(
        window_start=start, window_end=start + timedelta(minutes=20), time_zone="America/New_York"
    )
    item = EvidenceItem.objects.select_related("submission__invitation__request").get(pk=item.pk)
    item.probe = {"recorded_at_claimed": "2026-11-26T10:00:00Z", "duration_s": 1200}
    by_file = coverage_of(item)
    note = state_sender_note(upload=item.upload, words=WORDS, actor=ACTOR)
    by_sender = coverage_of(item, note)
    assert by_file is not None
    assert (by_file.covers, by_file.by_sender) == (Covers.NONE, False)
    assert by_sender is not None
    assert (by_sender.covers, by_sender.by_sender) == (Covers.ALL, True)


def holder_of(item: EvidenceItem) -> Client:
    client = Client()
    name, _, value = cookie_for(item.submission.invitation).partition("=")  # type: ignore[arg-type]
    client.cookies[name] = value.strip('"')
    return client


@pytest.mark.parametrize(
    "body", ["", "[]", '"x"', '{"text": 5}', '{"begins": []}', "[" * 100_000, '{"cut_s": [NaN, 1]}']
)
def test_address_for_words_takes_words_alone(body: str) -> None:
    item = factories.received_item(b"video")
    answer = holder_of(item).post(f"/files/{item.upload.public_id}/note", body, content_type="application/json")
    assert answer.status_code in (200, 422)
    assert not SenderNote.objects.exclude(text="").exists()


def test_stranger_says_nothing_of_a_file() -> None:
    item = factories.received_item(b"video")
    where = f"/files/{item.upload.public_id}/note"
    body = json.dumps({"text": "Not mine."})
    assert Client().post(where, body, content_type="application/json").status_code == 404
    other = holder_of(factories.received_item(b"other"))
    assert other.post(where, body, content_type="application/json").status_code == 404
    assert other.get(f"/receipt/{item.submission.public_id}/files/{item.public_id}/").status_code == 404
    assert not SenderNote.objects.exists()


def test_words_are_changed_on_the_receipt_until_staff_decide() -> None:
    item = factories.received_item(b"video")
    holder = holder_of(item)
    where = f"/receipt/{item.submission.public_id}/files/{item.public_id}/"
    refused = holder.post(where, {"clock": "ahead", "text": "A van."})
    assert refused.status_code == 400
    assert holder.post(where, {"clock": "behind", "minutes": "3", "text": "A van."}).status_code == 302
    assert (SenderNote.objects.get().clock_minutes, SenderNote.objects.get().text) == (-3, "A van.")
    assert b"3 minutes behind" in holder.get(f"/receipt/{item.submission.public_id}/").content
    assert b'value="3"' in holder.get(where).content
    EvidenceItem.objects.filter(pk=item.pk).update(triage=Triage.ACCEPTED)
    late = holder.post(where, {"text": "A bus."})
    assert late.status_code == 400
    assert b"has decided about this file" in late.content
    assert SenderNote.objects.get().text == "A van."
