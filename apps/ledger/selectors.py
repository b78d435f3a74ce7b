"""Reading the ledger: entries, places, checkpoints and proofs."""

from __future__ import annotations

from datetime import datetime

from apps.ledger import merkle
from apps.ledger.models import Checkpoint, Entry, Place, Subtree, Waiting
from apps.ledger.services import SUBTREES_FROM
from apps.ledger.values import Subject


def entries_for(subject: Subject) -> list[Entry]:
    """The subject's entries in the order they were written, each with its place in the tree if it has one yet."""
    entries = Entry.objects.filter(subject_kind=subject.kind, subject_id=subject.public_id)
    return list(entries.select_related("place").order_by("pk"))


def latest_checkpoint() -> Checkpoint | None:
    """The last size and root that were signed."""
    return Checkpoint.objects.order_by("-size").first()


def waiting_since() -> datetime | None:
    """When the oldest entry was written that has no place yet, UTC; None if all have one."""
    oldest = Waiting.objects.order_by("entry_id").values("entry_id")[:1]
    return Entry.objects.filter(pk__in=oldest).values_list("recorded_at", flat=True).first()


def inclusion_proof(*, index: int, size: int) -> list[bytes]:
    """Hashes that lead from the entry at `index` to the root of `size` entries. Raises ValueError outside the tree."""
    return StoredTree().proof(index=index, size=size)


def consistency_proof(*, old: int, new: int) -> list[bytes]:
    """Hashes that show the tree of `old` entries to begin the tree of `new`. Raises ValueError if it shrinks."""
    return merkle.consistency_proof(old, new, StoredTree().full)


class StoredTree:
    """Roots of full subtrees from the database: a row each from 256 leaves up, smaller ones from a block of leaves."""

    def __init__(self) -> None:
        self._blocks: dict[int, list[bytes]] = {}

    def full(self, height: int, position: int) -> bytes:
        """The root of a full subtree. Raises ValueError if the tree has not come that far."""
        if height >= SUBTREES_FROM:
            subtree = Subtree.objects.filter(height=height, position=position).first()
            if subtree is None:
                raise ValueError("The tree has not come that far.")
            return bytes(subtree.root)
        first = position << height
        offset = first % (1 << SUBTREES_FROM)
        nodes = self._block(first >> SUBTREES_FROM)[offset : offset + (1 << height)]
        if len(nodes) < 1 << height:
            raise ValueError("The tree has not come that far.")
        for _ in range(height):
            nodes = [merkle.node_hash(*pair) for pair in zip(nodes[::2], nodes[1::2], strict=True)]
        return nodes[0]

    def proof(self, *, index: int, size: int) -> list[bytes]:
        """As `inclusion_proof`; several from one tree read each block of leaves once."""
        return merkle.inclusion_proof(index, size, self.full)

    def _block(self, block: int) -> list[bytes]:
        if block not in self._blocks:
            start = block << SUBTREES_FROM
            places = Place.objects.filter(index__gte=start, index__lt=start + (1 << SUBTREES_FROM)).order_by("index")
            self._blocks[block] = [bytes(found) for found in places.values_list("leaf_hash", flat=True)]
        return self._blocks[block]
