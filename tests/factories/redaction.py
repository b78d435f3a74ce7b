"""Redactions of playable items, at each of their steps."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.evidence.models import EvidenceItem
from apps.redaction.models import Redaction
from apps.redaction.services import save_plan, sign_off, start_redaction, submit_redaction
from apps.redaction.services.rendering import make_redacted_copy
from tests.factories.items import purpose_for_case
from tests.factories.people import staff

SURVEILLANCE = "surveillance"


def somebody(item: EvidenceItem, role: Role = Role.DETECTIVE) -> User:
    """A colleague of the item's agency who said why the film is needed."""
    person = staff(role, item.agency)
    purpose_for_case(person, item)
    return person


def region(
    *frames: tuple[int, list[int], bool], what: str = "A face", exemption: str = "surveillance"
) -> dict[str, Any]:
    """A region as the page sends it."""
    return {"id": str(uuid4()), "what": what, "exemption": exemption, "frames": [list(one) for one in frames]}


def face(**more: Any) -> dict[str, Any]:
    """One that moves through the first second."""
    return region((2, [20, 20, 40, 40], False), (20, [60, 50, 40, 40], True), **more)


def mute(first: int, last: int) -> dict[str, Any]:
    """A muted span as the page sends it."""
    return {"id": str(uuid4()), "what": "A name", "exemption": "surveillance", "first": first, "last": last}


def begun(item: EvidenceItem, author: User | None = None, *, keeps_sound: bool = False) -> Redaction:
    """One with nothing in it."""
    return start_redaction(
        case=item.submission.case,
        item=item,
        title="For the newspaper",
        keeps_sound=keeps_sound,
        user=author or somebody(item),
        request_key=uuid4(),
    )


def drawn(redaction: Redaction, *regions: dict[str, Any], mutes: list[dict[str, Any]] | None = None) -> Redaction:
    """With these regions in it; with one face if none are named."""
    content = {"regions": list(regions) or [face()], "mutes": mutes or []}
    return save_plan(redaction=redaction, version=redaction.version, content=content, user=redaction.author)


def submitted(item: EvidenceItem, author: User | None = None) -> Redaction:
    """One with a face that waits for its second reader."""
    mine = drawn(begun(item, author))
    return submit_redaction(redaction=mine, version=mine.version, user=mine.author)


def signed(item: EvidenceItem, author: User | None = None) -> Redaction:
    """One that a records custodian signed off."""
    mine = submitted(item, author)
    return sign_off(redaction=mine, version=mine.version, user=somebody(item, Role.RECORDS_CUSTODIAN))


def proven(item: EvidenceItem, author: User | None = None) -> Redaction:
    """One whose copy a worker made and compared with the original."""
    mine = signed(item, author)
    assert make_redacted_copy(pk=mine.pk)
    mine.refresh_from_db()
    return mine
