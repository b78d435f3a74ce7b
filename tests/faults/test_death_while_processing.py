"""A worker that makes a video playable may be killed at any point: the same evidence results, once."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, working
from apps.evidence.states import ItemState
from apps.evidence.storage import original_key, store
from apps.ledger import selectors as ledger
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.evidence import invitation
from tests.factories.items import sealed_item
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db(transaction=True)

STRIDE = int(os.environ.get("FAULTS_STRIDE", "6"))
"""Each death costs a second of decoding, so every sixth point is tried; FAULTS_STRIDE=1 tries them all."""


def test_death_at_any_point_of_processing_heals_into_one_playable_item() -> None:
    through = invitation()
    number, deaths = 1, 0
    died = True
    while died:
        item = sealed_item(clip("h264"), sent_through=through)
        died = die_at(number, lambda item=item: processing.make_playable(item_pk=item.pk))
        deaths += died
        EvidenceItem.objects.filter(pk=item.pk, lease_token__isnull=False).update(
            leased_until=timezone.now() - timedelta(seconds=1)
        )
        if EvidenceItem.objects.get(pk=item.pk).state == ItemState.SEALED:
            assert processing.make_playable(item_pk=item.pk), number
        item.refresh_from_db()
        assert (item.state, item.lease_token) == (ItemState.PLAYABLE, None)
        assert item.derivatives.count() == 4
        acts = [entry.action.removeprefix("evidence_item.") for entry in ledger.entries_for(working.subject_of(item))]
        assert acts == ["received", "hashed", "sealed", "probed", "poster_made", "strip_made", "playable"], number
        assert store().read_back(original_key(item.digest)) == item.digest
        number += STRIDE
        assert number < 800
    assert deaths > 60 / STRIDE
