"""One short film that plays."""

from __future__ import annotations

import pytest

from apps.evidence.models import EvidenceItem
from tests.evidence.conftest import own_folders  # noqa: F401 - a fixture
from tests.factories.clips import clip
from tests.factories.items import playable_item


@pytest.fixture
def item(own_folders: object) -> EvidenceItem:  # noqa: F811 - the fixture above
    """Two seconds of 320x240: 50 pictures."""
    return playable_item(clip("h264"))
