"""Triage and holds decide how long the store locks an original; the sweep renews it while the portal keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.evidence import storage, tasks
from apps.evidence.models import EvidenceItem, ObjectVersion
from apps.evidence.services import holds, locks, sealing, triage
from apps.evidence.services.working import subject_of
from apps.evidence.storage import original_key
from apps.ledger import selectors as ledger
from apps.ledger.models import Entry
from tests.factories.evidence import invitation, received_item
from tests.factories.people import staff
from tests.faults import store_line
from tests.faults.store_line import Line, line_to
from tests.plugins.ceph import Bucket, known_to_be_safe

pytestmark = [pytest.mark.s3, pytest.mark.django_db(transaction=True)]

CONTENT = b"frames of a street at night " * 100


@pytest.fixture
def line(bucket: Bucket, settings: LazySettings) -> Iterator[Line]:
    with line_to(bucket.store.endpoint) as line:
        settings.EVIDENCE_URL = bucket.url.replace(bucket.store.endpoint, line.url)
        known_to_be_safe(storage.store())
        yield line


@pytest.fixture
def item(line: Line) -> EvidenceItem:
    item = received_item(CONTENT)
    assert sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    return item


@pytest.fixture
def detective(item: EvidenceItem) -> User:
    return staff(Role.DETECTIVE, item.agency)


@pytest.fixture
def custodian(item: EvidenceItem) -> User:
    return staff(Role.RECORDS_CUSTODIAN, item.agency)


def days_locked(item: EvidenceItem) -> float:
    until = storage.store().locked_until(original_key(item.digest))
    assert until is not None
    return (until - timezone.now()) / timedelta(days=1)


def is_held(bucket: Bucket, item: EvidenceItem) -> bool:
    row = ObjectVersion.objects.get()
    named = {"Bucket": bucket.address.bucket, "Key": bucket.address.full_key(row.key), "VersionId": row.version}
    found = bucket.portal.head_object(**named).get("ObjectLockLegalHoldStatus") == "ON"
    assert row.held is found
    return found


def extensions(item: EvidenceItem) -> list[datetime]:
    found = [entry for entry in ledger.entries_for(subject_of(item)) if entry.action == "evidence_item.lock_extended"]
    return [datetime.fromisoformat(entry.facts["until"]) for entry in found]


def test_a_seal_locks_for_a_short_time_and_acceptance_for_long(item: EvidenceItem, detective: User) -> None:
    assert 29 < days_locked(item) <= 30
    triage.accept_item(item=item, user=detective)
    tasks.keep_locked(item.pk)
    assert 179 < days_locked(item) <= 180
    tasks.keep_locked(item.pk)
    assert extensions(item) == [ObjectVersion.objects.get().locked_until]


def test_what_is_returned_later_keeps_the_lock_that_it_has(item: EvidenceItem, detective: User) -> None:
    triage.accept_item(item=item, user=detective)
    tasks.keep_locked(item.pk)
    triage.return_item(item=item, user=detective, reason="Another street.")
    tasks.keep_locked(item.pk)
    assert 179 < days_locked(item) <= 180


def test_a_hold_in_the_portal_is_a_hold_in_the_store(bucket: Bucket, item: EvidenceItem, custodian: User) -> None:
    first = holds.place_hold(item=item, user=custodian, authority="Court order 1", reason="An appeal.")
    second = holds.place_hold(item=item, user=custodian, authority="Court order 2", reason="Another one.")
    tasks.keep_locked(item.pk)
    assert is_held(bucket, item)
    holds.lift_hold(hold=first, user=custodian, reason="It ended.")
    tasks.keep_locked(item.pk)
    assert is_held(bucket, item)
    holds.lift_hold(hold=second, user=custodian, reason="It ended too.")
    tasks.keep_locked(item.pk)
    assert not is_held(bucket, item)


def test_of_two_items_with_the_same_bytes_the_stricter_one_counts(
    bucket: Bucket, item: EvidenceItem, detective: User, custodian: User
) -> None:
    other = received_item(CONTENT, sent_through=invitation())
    assert sealing.hash_and_seal(item_pk=other.pk)
    other.refresh_from_db()
    triage.accept_item(item=item, user=detective)
    holds.place_hold(item=item, user=custodian, authority="Court order 1", reason="An appeal.")
    tasks.keep_locked(other.pk)
    assert 179 < days_locked(other) <= 180
    assert is_held(bucket, other)


def test_what_the_store_did_not_hear_the_sweep_tells_it(
    bucket: Bucket, line: Line, item: EvidenceItem, detective: User, custodian: User
) -> None:
    line.fault = store_line.hangs_up
    triage.accept_item(item=item, user=detective)
    holds.place_hold(item=item, user=custodian, authority="Court order 1", reason="An appeal.")
    tasks.keep_locked(item.pk)
    assert locks.renew_locks() == locks.LockRun(changed=0, failed=1)
    line.fault = None
    assert locks.renew_locks() == locks.LockRun(changed=1, failed=0)
    assert 179 < days_locked(item) <= 180
    assert is_held(bucket, item)
    assert locks.renew_locks() == locks.LockRun(changed=0, failed=0)
    assert [entry.action for entry in Entry.objects.all()].count("evidence.locks_renewed") == 2


def test_a_lock_is_renewed_when_less_than_half_of_its_time_is_left(item: EvidenceItem, settings: LazySettings) -> None:
    settings.EVIDENCE_LOCK_DAYS = 59
    assert locks.renew_locks().changed == 0
    settings.EVIDENCE_LOCK_DAYS = 61
    assert locks.renew_locks().changed == 1
    assert 60 < days_locked(item) <= 61
