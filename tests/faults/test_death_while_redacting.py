"""A worker that makes a redacted copy may be killed at any point: one proven copy results, and one entry of it."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.evidence.services import working
from apps.evidence.states import DerivativeKind
from apps.evidence.storage import derivative_key, store
from apps.ledger import selectors as ledger
from apps.redaction.models import Redaction
from apps.redaction.services import rendering
from apps.redaction.states import RedactionState
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.items import playable_item
from tests.factories.redaction import signed
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db(transaction=True)

STRIDE = int(os.environ.get("FAULTS_STRIDE", "9"))
"""Each death costs a second of decoding, so every ninth point is tried; FAULTS_STRIDE=1 tries them all."""


def test_death_at_any_point_of_redacting_heals_into_one_proven_copy() -> None:
    item = playable_item(clip("h264"))
    number, deaths, copies = 1, 0, 0
    died = True
    while died:
        mine = signed(item)
        died = die_at(number, lambda mine=mine: rendering.make_redacted_copy(pk=mine.pk))
        deaths += died
        Redaction.objects.filter(pk=mine.pk, lease_token__isnull=False).update(
            leased_until=timezone.now() - timedelta(seconds=1)
        )
        if Redaction.objects.get(pk=mine.pk).state == RedactionState.SIGNED:
            assert rendering.make_redacted_copy(pk=mine.pk), number
        mine.refresh_from_db()
        copies += 1
        assert (mine.state, mine.lease_token) == (RedactionState.PROVEN, None), number
        assert item.derivatives.filter(kind=DerivativeKind.REDACTED).count() == copies
        entries = [one for one in ledger.entries_for(working.subject_of(item)) if one.action.endswith(".redacted")]
        assert [one.facts["redaction"] for one in entries].count(str(mine.public_id)) == 1
        assert store().read_back(derivative_key(mine.made.digest)) == mine.made.digest
        number += STRIDE
        assert number < 800
    assert deaths > 20 / STRIDE
