"""The verdict of a storm: what is there, compared with what was sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.storm_senders import Crowd


@dataclass
class Told:
    """What happened and how it ended."""

    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    dropped: int = 0
    wrong: list[str] = field(default_factory=list)
    healed_s: float = 0.0


def undecided() -> int | None:
    """Items that still wait for a step. None where the database is not there to ask."""
    from django.db import DatabaseError, connection

    from apps.evidence.models import EvidenceItem
    from apps.evidence.states import ItemState

    try:
        return EvidenceItem.objects.filter(state__in=(ItemState.RECEIVED, ItemState.SEALED)).count()
    except DatabaseError:
        return None
    finally:
        connection.close()


def judge(crowd: Crowd, told: Told) -> dict[str, int]:
    """Compare what is there with what was sent; adds to `told.wrong`. Returns counts."""
    from apps.evidence.models import EvidenceItem
    from apps.evidence.services.working import subject_of
    from apps.evidence.states import ItemState
    from apps.evidence.storage import StoreError, original_key, store
    from apps.ledger import selectors as ledger

    items = list(EvidenceItem.objects.select_related("upload"))
    by_upload = {str(item.upload.public_id): item for item in items}
    whole = [sent for sent in crowd.files if sent.whole]
    told.wrong += crowd.wrong
    told.wrong += [f"{sent.name} never arrived" for sent in crowd.files if not sent.whole]
    if len(items) != len(whole):
        told.wrong.append(f"{len(whole)} files were acknowledged, and there are {len(items)} items")
    states: Counter[str] = Counter()
    for sent in whole:
        item = by_upload.get(sent.upload.rsplit("/", 1)[1])
        if item is None:
            told.wrong.append(f"{sent.name} was acknowledged and is no item")
            continue
        states[str(item.state)] += 1
        if (item.size, item.digest, item.filename) != (sent.size, sent.digest, sent.name):
            told.wrong.append(f"{sent.name}: digest {item.digest}, size {item.size}, name {item.filename}")
        try:
            if store().read_back(original_key(sent.digest)) != sent.digest:
                told.wrong.append(f"{sent.name}: the store holds other bytes")
        except StoreError as error:
            told.wrong.append(f"{sent.name}: {error}")
        acts = [entry.action.removeprefix("evidence_item.") for entry in ledger.entries_for(subject_of(item))]
        last = {ItemState.PLAYABLE: "playable", ItemState.UNPLAYABLE: "unplayable"}.get(item.state, "undecided")
        for act in ("received", "hashed", "sealed", last):
            if acts.count(act) != 1:
                told.wrong.append(f"{sent.name}: {act} {acts.count(act)} times")
        if sent.kind == "film" and item.state == ItemState.UNPLAYABLE:
            states[f"film: {item.problem}"] += 1
    return dict(states)
