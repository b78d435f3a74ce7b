"""Sealing: hashed, held write-once under the digest, read back, and only then out of staging."""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.models import Q
from django.utils import timezone

from apps.core import claims
from apps.evidence import tasks
from apps.evidence.models import EvidenceItem
from apps.evidence.services import sealing, working
from apps.evidence.states import STUCK, ItemState
from apps.evidence.storage import original_key, store
from apps.ledger import selectors as ledger
from apps.uploads import staging
from tests.factories.evidence import invitation, received_item

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT = b"a quiet street, then a car " * 1000
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def actions(item: EvidenceItem) -> list[str]:
    return [entry.action for entry in ledger.entries_for(working.subject_of(item))]


def rest_is_over(item: EvidenceItem) -> None:
    """As if the pause after a failure, or a dead worker's lease, had passed."""
    EvidenceItem.objects.filter(pk=item.pk).update(leased_until=timezone.now() - timedelta(seconds=1))


def test_a_received_item_is_sealed_under_its_digest() -> None:
    item = received_item(CONTENT)
    assert sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    assert item.state == ItemState.SEALED
    assert item.digest == DIGEST
    assert item.sealed_at is not None
    assert (item.attempts, item.lease_token, item.leased_until) == (0, None, None)
    assert store().read_back(original_key(DIGEST)) == DIGEST
    assert actions(item) == ["evidence_item.received", "evidence_item.hashed", "evidence_item.sealed"]
    assert not staging.path_of(item.upload).exists()


def test_sealing_again_changes_nothing() -> None:
    item = received_item(CONTENT)
    assert sealing.hash_and_seal(item_pk=item.pk)
    before = actions(item)
    assert not sealing.hash_and_seal(item_pk=item.pk)
    assert actions(item) == before


def test_the_same_bytes_twice_are_one_object_and_two_items() -> None:
    first, second = received_item(CONTENT), received_item(CONTENT)
    assert sealing.hash_and_seal(item_pk=first.pk)
    assert sealing.hash_and_seal(item_pk=second.pk)
    assert set(EvidenceItem.objects.values_list("digest", "state")) == {(DIGEST, ItemState.SEALED)}
    root = Path(settings.EVIDENCE_URL.removeprefix("file://"))
    assert len([path for path in (root / "originals").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(("stated", "agrees"), [(DIGEST, True), ("0" * 64, False), ("", None)])
def test_the_senders_digest_is_compared_and_recorded_and_never_costs_the_file(stated: str, agrees: bool | None) -> None:
    item = received_item(CONTENT)
    EvidenceItem.objects.filter(pk=item.pk).update(client_digest=stated)
    assert sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    assert item.sender_digest_agrees is agrees
    entry = ledger.entries_for(working.subject_of(item))[-1]
    assert entry.facts["equals_sender_digest"] is agrees
    assert store().read_back(original_key(DIGEST)) == DIGEST


def test_no_connection_is_held_while_bytes_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bool] = []
    adopt = type(store()).adopt
    digest_of = hashlib.file_digest

    def watch_hash(*args: object) -> object:
        held.append(connection.connection is not None)
        return digest_of(*args)  # type: ignore[arg-type]

    def watch_adopt(self: object, path: Path, digest: str) -> object:
        held.append(connection.connection is not None)
        return adopt(self, path, digest)  # type: ignore[arg-type]

    item = received_item(CONTENT)
    monkeypatch.setattr("apps.evidence.services.sealing.hashlib.file_digest", watch_hash)
    monkeypatch.setattr(type(store()), "adopt", watch_adopt)
    assert sealing.hash_and_seal(item_pk=item.pk)
    assert held
    assert not any(held)


def test_a_store_that_is_away_is_met_again_and_the_try_does_not_count(own_folders: Path) -> None:
    item = received_item(CONTENT)
    (own_folders / "evidence").rmdir()
    (own_folders / "evidence").write_text("a file where the folder should be")
    for _try in range(5):
        assert not sealing.hash_and_seal(item_pk=item.pk)
        item.refresh_from_db()
        assert item.state == ItemState.RECEIVED
        assert item.attempts == 0
        assert item.failure_reason
        assert item.leased_until is not None
        rest_is_over(item)
    (own_folders / "evidence").unlink()
    assert sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    assert item.failure_reason == ""


def test_a_fault_that_stays_is_not_met_again_at_once(own_folders: Path) -> None:
    item = received_item(CONTENT)
    (own_folders / "evidence").rmdir()
    (own_folders / "evidence").write_text("a file where the folder should be")
    sealing.hash_and_seal(item_pk=item.pk)
    (own_folders / "evidence").unlink()
    assert not sealing.hash_and_seal(item_pk=item.pk)


def test_an_object_that_was_tampered_with_is_not_taken_for_the_original(own_folders: Path) -> None:
    first, second = received_item(CONTENT), received_item(CONTENT)
    assert sealing.hash_and_seal(item_pk=first.pk)
    blob = own_folders / "evidence" / original_key(DIGEST)
    blob.chmod(0o640)
    blob.write_bytes(CONTENT[:-1] + b"X")
    for _try in range(3):
        assert not sealing.hash_and_seal(item_pk=second.pk)
        rest_is_over(second)
    second.refresh_from_db()
    assert (second.state, second.problem) == (ItemState.RECEIVED, STUCK)
    assert actions(second)[-1] == "evidence_item.seal_stuck"
    assert staging.path_of(second.upload).read_bytes() == CONTENT


def test_a_file_that_vanished_from_staging_ends_in_a_clear_reason() -> None:
    item = received_item(CONTENT)
    staging.path_of(item.upload).unlink()
    for _try in range(3):
        assert not sealing.hash_and_seal(item_pk=item.pk)
        rest_is_over(item)
    item.refresh_from_db()
    assert item.problem == STUCK
    assert "staging" in item.failure_reason or "not there" in item.failure_reason


def test_a_worker_that_lost_the_lease_records_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    item = received_item(CONTENT)
    adopt = type(store()).adopt

    def slow_adopt(self: object, path: Path, digest: str) -> object:
        stored = adopt(self, path, digest)  # type: ignore[arg-type]
        # Meanwhile the lease ran out and another worker did the whole job.
        monkeypatch.setattr(type(store()), "adopt", adopt)
        rest_is_over(item)
        assert sealing.hash_and_seal(item_pk=item.pk)
        return stored

    monkeypatch.setattr(type(store()), "adopt", slow_adopt)
    assert not sealing.hash_and_seal(item_pk=item.pk)
    assert actions(item) == ["evidence_item.received", "evidence_item.hashed", "evidence_item.sealed"]
    item.refresh_from_db()
    assert item.state == ItemState.SEALED


def test_a_lease_is_kept_alive_while_the_work_lasts() -> None:
    item = received_item(CONTENT)
    mine = claims.claim(EvidenceItem, item.pk, lease=timedelta(seconds=0.5), where=Q(state=ItemState.RECEIVED))
    assert mine is not None
    with working.lease_kept(mine, lease=timedelta(seconds=0.5), beat=timedelta(seconds=0.1)):
        threading.Event().wait(1.0)
        item.refresh_from_db()
        assert item.leased_until is not None
        assert item.leased_until > timezone.now()
    threading.Event().wait(0.6)
    item.refresh_from_db()
    assert item.leased_until is not None
    assert item.leased_until < timezone.now()


def test_the_same_task_ten_times_at_once_seals_once() -> None:
    item = received_item(CONTENT)
    barrier = threading.Barrier(10)
    sealed: list[bool] = []

    def work() -> None:
        barrier.wait()
        try:
            sealed.append(sealing.hash_and_seal(item_pk=item.pk))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sealed) == [False] * 9 + [True]
    assert actions(item) == ["evidence_item.received", "evidence_item.hashed", "evidence_item.sealed"]


def test_the_sweep_enqueues_what_is_due_and_clears_what_is_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    enqueued: list[int] = []
    monkeypatch.setattr(tasks, "enqueue_after_commit", lambda task, pk: enqueued.append(pk))
    through = invitation()
    due, leased, sealed = (received_item(CONTENT, sent_through=through) for _ in range(3))
    EvidenceItem.objects.filter(pk=leased.pk).update(leased_until=timezone.now() + timedelta(minutes=1))
    assert sealing.hash_and_seal(item_pk=sealed.pk)
    left = staging.path_of(sealed.upload)
    left.write_bytes(CONTENT)
    old = timezone.now().timestamp() - 3600
    os.utime(left, (old, old))
    tasks.sweep_evidence()
    assert sorted(enqueued) == [due.pk, sealed.pk]
    assert not left.exists()
    assert staging.path_of(due.upload).exists()


def test_a_step_that_died_three_times_is_recorded_as_stuck_once() -> None:
    item = received_item(CONTENT)
    for _death in range(3):
        assert claims.claim(EvidenceItem, item.pk, lease=working.LEASE, where=Q(state=ItemState.RECEIVED))
        rest_is_over(item)
    assert not sealing.hash_and_seal(item_pk=item.pk)
    tasks.sweep_evidence()
    tasks.sweep_evidence()
    item.refresh_from_db()
    assert (item.state, item.problem) == (ItemState.RECEIVED, STUCK)
    assert actions(item).count("evidence_item.seal_stuck") == 1
