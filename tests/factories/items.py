"""Evidence items that have come further than received, and looks at them."""

from __future__ import annotations

from pathlib import Path

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.evidence.models import EvidenceItem
from apps.evidence.services import processing, sealing
from apps.footage_requests.models import Invitation
from tests.factories.clips import clip
from tests.factories.evidence import received_item


def sealed_item(content: bytes | Path, *, sent_through: Invitation | None = None) -> EvidenceItem:
    """An item that went through the real sealing."""
    item = received_item(content, sent_through=sent_through)
    assert sealing.hash_and_seal(item_pk=item.pk)
    item.refresh_from_db()
    return item


def playable_item(source: Path | None = None, *, sent_through: Invitation | None = None) -> EvidenceItem:
    """An item that went through the real sealing and the real processing."""
    item = sealed_item(source or clip("h264"), sent_through=sent_through)
    assert processing.make_playable(item_pk=item.pk)
    item.refresh_from_db()
    return item


def purpose_for_case(user: User, item: EvidenceItem) -> Purpose:
    """The person needs to look because of the item's case."""
    return open_purpose(
        user=user,
        agency=item.agency,
        kind=PurposeKind.CASE,
        access=AccessKind.FOOTAGE,
        reason="Looking for the car.",
        case_number=item.submission.case.number,
    )
