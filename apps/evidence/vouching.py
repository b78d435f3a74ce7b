"""What the ledger says of an item against what its row says.

Somebody who can write to the database can exchange an original and make its row fit. The entry of the seal still says
which bytes came, and the tree over all entries says that this entry is the one that was written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from apps.evidence.models import EvidenceItem
from apps.evidence.states import ItemState
from apps.ledger.models import Entry

SEALED = "evidence_item.sealed"
DISPOSED = "evidence_item.disposed"


def contradictions(items: Sequence[EvidenceItem]) -> dict[int, str]:
    """Why the ledger does not vouch for an item, by the item's primary key; what it vouches for is left out.

    A sealed item has a seal, no seal of other bytes, and an entry of its disposal if and only if it was disposed of.
    """
    said = Entry.objects.filter(
        subject_kind="evidence_item",
        subject_id__in=[str(item.public_id) for item in items],
        action__in=(SEALED, DISPOSED),
    )
    seals: dict[str, list[str]] = defaultdict(list)
    ended: set[str] = set()
    for entry in said.order_by("pk"):
        if entry.action == SEALED:
            seals[entry.subject_id].append(_digest(entry))
        else:
            ended.add(entry.subject_id)
    found = {item.pk: _contradiction(item, seals[str(item.public_id)], str(item.public_id) in ended) for item in items}
    return {key: words for key, words in found.items() if words}


def _digest(entry: Entry) -> str:
    """What was sealed; a word that is no digest where somebody damaged the entry."""
    try:
        return str(entry.facts["digest"])
    except (ValueError, KeyError, TypeError):
        return "something that cannot be read any more"


def _contradiction(item: EvidenceItem, seals: list[str], ended: bool) -> str:
    if item.state == ItemState.RECEIVED:
        return "the ledger says it was sealed" if seals else ""
    if not seals:
        return "the ledger never sealed it"
    if wrong := [digest for digest in seals if digest != item.digest]:
        return f"the ledger sealed it as {wrong[0]}"
    if item.state == ItemState.DISPOSED and not ended:
        return "the ledger knows of no disposal"
    if item.state != ItemState.DISPOSED and ended:
        return "the ledger says it was disposed of"
    return ""
