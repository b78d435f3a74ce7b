"""A file that came through an invitation is an evidence item, once."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.core.errors import InvalidInput, Stale
from apps.evidence.models import EvidenceItem, Submission
from apps.evidence.services import intake
from apps.evidence.states import ItemState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.uploads import services, staging
from tests.factories import evidence as factories

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")
DIGEST = "ab" * 32


@pytest.fixture(autouse=True)
def no_reserve(settings: Settings) -> None:
    settings.UPLOAD_RESERVE_BYTES = 0


def test_received_file_is_an_item_with_one_entry() -> None:
    item = factories.received_item(b"video")
    assert (item.state, item.size, item.match is not None) == (ItemState.RECEIVED, 5, True)
    assert staging.path_of(item.upload).read_bytes() == b"video"
    entry = Entry.objects.get(action="evidence_item.received")
    assert entry.subject_id == str(item.public_id)
    assert b"camera 1" not in bytes(entry.leaf)


def test_finishing_twice_makes_one_item() -> None:
    item = factories.received_item(b"video")
    services.finish_upload(upload=item.upload)
    again = intake.receive_item(upload=item.upload, invitation=item.submission.invitation, match=None, actor=ACTOR)
    assert again == item
    assert Entry.objects.filter(action="evidence_item.received").count() == 1


def test_files_of_one_invitation_share_a_submission() -> None:
    invitation = factories.invitation()
    one = factories.received_item(b"one", sent_through=invitation)
    two = factories.received_item(b"two", sent_through=invitation)
    assert one.submission == two.submission
    assert factories.received_item(b"three").submission != one.submission


def test_failing_ledger_leaves_the_upload_unfinished_and_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    upload = factories.open_upload(b"video", sent_through=factories.invitation())
    staging.path_of(upload).write_bytes(b"video")
    services.commit_offset(upload=upload, offset=5)

    def refuse(act: object) -> None:
        raise RuntimeError("the ledger cannot write")

    with monkeypatch.context() as patch:
        patch.setattr("apps.evidence.services.intake.ledger.append", refuse)
        with pytest.raises(RuntimeError):
            services.finish_upload(upload=upload)
    upload.refresh_from_db()
    assert upload.state == "receiving"
    assert not Submission.objects.exists()
    services.finish_upload(upload=upload)
    assert EvidenceItem.objects.get().size == 5


def test_senders_digest_is_kept_whether_it_comes_before_or_after_the_last_byte() -> None:
    invitation = factories.invitation()
    upload = factories.open_upload(b"video", sent_through=invitation)
    assert intake.state_sender_digest(upload=upload, digest=DIGEST, actor=ACTOR) is None
    staging.path_of(upload).write_bytes(b"video")
    services.commit_offset(upload=upload, offset=5)
    services.finish_upload(upload=upload)
    assert EvidenceItem.objects.get(upload=upload).client_digest == DIGEST

    late = factories.received_item(b"video", sent_through=invitation)
    intake.state_sender_digest(upload=late.upload, digest=DIGEST.upper(), actor=ACTOR)
    intake.state_sender_digest(upload=late.upload, digest=DIGEST, actor=ACTOR)
    late.refresh_from_db()
    assert late.client_digest == DIGEST
    assert Entry.objects.filter(action="evidence_item.sender_digest_stated").count() == 1


def test_second_different_digest_is_refused() -> None:
    item = factories.received_item(b"video")
    intake.state_sender_digest(upload=item.upload, digest=DIGEST, actor=ACTOR)
    with pytest.raises(Stale):
        intake.state_sender_digest(upload=item.upload, digest="cd" * 32, actor=ACTOR)
    with pytest.raises(InvalidInput):
        intake.state_sender_digest(upload=item.upload, digest="xyz", actor=ACTOR)


def test_stranger_reads_no_receipt(client: Client) -> None:
    item = factories.received_item(b"video")
    assert client.get(reverse("evidence:receipt", args=[item.submission.public_id])).status_code == 404
