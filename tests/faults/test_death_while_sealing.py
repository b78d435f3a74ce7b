"""A worker that seals may be killed at any point: the same evidence results, once."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.evidence.models import EvidenceItem
from apps.evidence.services import sealing, working
from apps.evidence.states import ItemState
from apps.evidence.storage import original_key, store
from apps.ledger import selectors as ledger
from apps.uploads import staging
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.evidence import invitation, received_item
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db(transaction=True)


def test_death_at_any_point_of_sealing_heals_into_one_sealed_item() -> None:
    through = invitation()
    number, deaths = 0, 0
    died = True
    while died:
        number += 1
        content = f"frames {number} ".encode() * 5000
        digest = hashlib.sha256(content).hexdigest()
        item = received_item(content, sent_through=through)
        died = die_at(number, lambda item=item: sealing.hash_and_seal(item_pk=item.pk))
        deaths += died
        EvidenceItem.objects.filter(pk=item.pk, lease_token__isnull=False).update(
            leased_until=timezone.now() - timedelta(seconds=1)
        )
        if EvidenceItem.objects.get(pk=item.pk).state == ItemState.RECEIVED:
            assert staging.path_of(item.upload).read_bytes() == content
            assert sealing.hash_and_seal(item_pk=item.pk)
        item.refresh_from_db()
        assert (item.state, item.digest, item.lease_token) == (ItemState.SEALED, digest, None)
        assert store().read_back(original_key(digest)) == digest
        acts = [entry.action for entry in ledger.entries_for(working.subject_of(item))]
        assert acts == ["evidence_item.received", "evidence_item.hashed", "evidence_item.sealed"], number
        assert number < 200
    assert deaths > 20
    sealing.clear_sealed_from_staging()
    store().clear_unfinished(older_than=timedelta(seconds=-1))
