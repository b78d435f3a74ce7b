"""Checking the whole ledger: from the bytes of its entries up to the signatures of its checkpoints.

Everything is computed anew; what the database says is only compared. Findings name what is broken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from apps.core.fields import key_is_known
from apps.ledger import checkpoints
from apps.ledger.canonical import utc_text
from apps.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash
from apps.ledger.models import Checkpoint, Entry, PrivatePart, Subtree, Tree, Waiting
from apps.ledger.services import ERASURE, SUBTREES_FROM, commitment
from apps.ledger.signed_notes import BadNote
from apps.ledger.streaming import Row, chunks, snapshot

BLOCK_HEIGHT = 12
BLOCK = 1 << BLOCK_HEIGHT
MOST_FINDINGS = 50
CLOCK_TOLERANCE = 60  # seconds; acts that are written side by side overtake each other by less


def tell_nobody(_entries: int) -> None:
    """Nobody waits to hear how far the check is."""


@dataclass
class Report:
    """What was counted and what was found. `broken` fails the ledger; `unchecked` could not be looked at."""

    entries: int = 0
    placed: int = 0
    waiting: int = 0
    checkpoints: int = 0
    outside: int = 0
    private_kept: int = 0
    private_erased: int = 0
    clock_went_back: int = 0
    root: bytes = EMPTY_ROOT
    key_changes: list[str] = field(default_factory=list)  # without the former key's word; not broken by itself
    broken: list[str] = field(default_factory=list)
    broken_count: int = 0
    unchecked: list[str] = field(default_factory=list)
    seen: Callable[[int], None] = tell_nobody

    def fail(self, finding: str) -> None:
        """Note a break; after the first fifty only their number grows."""
        self.broken_count += 1
        if len(self.broken) < MOST_FINDINGS:
            self.broken.append(finding)


def verify(kept_elsewhere: Iterable[str] = (), *, seen: Callable[[int], None] = tell_nobody) -> Report:
    """Check everything. `kept_elsewhere` are signed notes from outside, which the tree has to contain as well.

    Each entry is read twice, for the tree and for its columns; `seen` is told how many were read, block by block. What
    it raises ends the check.
    """
    report = Report(seen=seen)
    with snapshot():
        roots = read_checkpoints(report, kept_elsewhere)
        verify_tree(report, roots)
        verify_sequencer(report, roots)
        verify_private(report, verify_columns(report), _said_to_be_erased())
    return report


def read_checkpoints(report: Report, kept_elsewhere: Iterable[str]) -> dict[int, set[bytes]]:
    """Check each signature and that no number is missing; returns the roots that were signed for each size."""
    roots: dict[int, set[bytes]] = {}
    gone = 0
    signers = _Signers(report)
    for size, root, note in Checkpoint.objects.order_by("size").values_list("size", "root", "note").iterator():
        report.checkpoints += 1
        try:
            signed = checkpoints.open_note(note)
        except BadNote as error:
            report.fail(f"checkpoint {size}: {error}")
            continue
        if (signed.size, signed.root) != (size, bytes(root)):
            report.fail(f"checkpoint {size}: its note says another size or root")
        if signed.number != report.checkpoints + gone:
            report.fail(f"checkpoint {size}: it has number {signed.number}, those before it are not all there")
            gone = signed.number - report.checkpoints
        signers.next(size, signed.signers)
        roots.setdefault(signed.size, set()).add(signed.root)
    for note in kept_elsewhere:
        try:
            signed = checkpoints.open_note(note)
        except BadNote as error:
            report.unchecked.append(f"the checkpoint kept elsewhere: {error}")
            continue
        report.outside += 1
        roots.setdefault(signed.size, set()).add(signed.root)
    return roots


class _Signers:
    """Keys follow each other: one that another has taken over from signs no more, even if it is known elsewhere."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._ranks: dict[str, int] = {}
        self._floor = 0
        self._last: set[str] = set()

    def next(self, size: int, signers: tuple[str, ...]) -> None:
        """Look at the signers of the next checkpoint."""
        ranks = [self._ranks.setdefault(one, len(self._ranks)) for one in signers]
        if max(ranks) < self._floor:
            self._report.fail(f"checkpoint {size}: a key signed it that had been replaced before")
        if self._last and not self._last & set(signers):
            self._report.key_changes.append(f"checkpoint {size}: another key signs, and the former did not name it")
        self._floor = max(self._floor, min(ranks))
        self._last = set(signers)


def verify_tree(report: Report, roots: dict[int, set[bytes]]) -> None:
    """Hash every placed entry and compare leaf hashes, subtrees and the root at each signed size."""
    tree = _Blocks()
    signed = iter(sorted(roots))
    size = next(signed, None)
    for rows in chunks(
        "SELECT e.leaf, p.leaf_hash FROM ledger_place p LEFT JOIN ledger_entry e ON e.id = p.entry_id "
        'ORDER BY p."index"',
        BLOCK,
    ):
        tree.add(_hashes(report, rows, tree.size))
        report.seen(len(rows))
        while size is not None and size <= tree.size:
            if roots[size] != {tree.root_at(size)}:
                report.fail(f"checkpoint {size}: the first {size} entries have another root")
            size = next(signed, None)
    report.placed = tree.size
    report.root = tree.root_at(tree.size)
    while size is not None:
        report.fail(f"checkpoint {size}: only {tree.size} entries have a place")
        size = next(signed, None)
    _compare_subtrees(report, tree.all_subtrees())


def _hashes(report: Report, rows: list[Row], start: int) -> list[bytes]:
    """Leaf hashes computed from the entries' bytes; the stored ones are only compared."""
    leaves = [row[0] for row in rows]  # two and a half times as fast as zip(*rows)
    stored = [row[1] for row in rows]
    if None in leaves:
        for offset, leaf in enumerate(leaves):
            if leaf is None:
                report.fail(f"place {start + offset}: its entry is gone")
        hashes = [stored[offset] if leaf is None else leaf_hash(leaf) for offset, leaf in enumerate(leaves)]
    else:
        hashes = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    if hashes != stored:
        for offset, (computed, said) in enumerate(zip(hashes, stored, strict=True)):
            if computed != said:
                report.fail(f"place {start + offset}: the entry's bytes are not those that were hashed")
    return hashes


class _Blocks:
    """The tree as full blocks of 4,096 leaves and the levels of the last block: many hashes in few steps of Python."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: dict[tuple[int, int], bytes] = {}
        self._before = Frontier()
        self._levels: list[list[bytes]] = []

    def add(self, hashes: list[bytes]) -> None:
        """Add the next block; only the last may be shorter."""
        self._close_block()
        levels = [hashes]
        while len(levels[-1]) > 1:
            pairs = iter(levels[-1])
            levels.append([sha256(b"\x01" + left + right).digest() for left, right in zip(pairs, pairs, strict=False)])
        for height in range(SUBTREES_FROM, len(levels)):
            first = self.size >> height
            self._subtrees |= {(height, first + offset): root for offset, root in enumerate(levels[height])}
        self._levels = levels
        self.size += len(hashes)

    def all_subtrees(self) -> dict[tuple[int, int], bytes]:
        """Roots of all full subtrees from 256 leaves up, by height and position, once the last block is in."""
        self._close_block()
        return self._subtrees

    def _close_block(self) -> None:
        """Let a full last block join the subtrees above it."""
        if len(self._levels) > BLOCK_HEIGHT:
            completed = self._before.extend([self._levels[-1][0]], keep_from=1)
            self._subtrees |= {(BLOCK_HEIGHT + height, position): root for height, position, root in completed}
            self._levels = []

    def root_at(self, size: int) -> bytes:
        """The root over the first `size` leaves; `size` is in the last block or at its end."""
        start = self._before.size << BLOCK_HEIGHT
        if size == start:
            return self._before.root()
        position, nodes = 0, []
        for height in reversed(range(len(self._levels))):
            if (size - start) >> height & 1:
                nodes.append(self._levels[height][position >> height])
                position += 1 << height
        node = nodes.pop()
        while nodes:
            node = node_hash(nodes.pop(), node)
        return self._before.root(right=node)


def _compare_subtrees(report: Report, computed: dict[tuple[int, int], bytes]) -> None:
    stored = {
        (height, position): bytes(root)
        for height, position, root in Subtree.objects.values_list("height", "position", "root").iterator()
    }
    for key in sorted(computed.keys() | stored.keys()):
        if computed.get(key) != stored.get(key):
            report.fail(f"subtree {key[0]}/{key[1]}: missing, or not what its entries give")


def verify_sequencer(report: Report, roots: dict[int, set[bytes]]) -> None:
    """No gap, no double, nothing left out, and the tree's row says what the places say."""
    with connection.cursor() as cursor:
        cursor.execute('SELECT count(*), max(p."index") FROM ledger_place p')
        count, last = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM ledger_entry")
        report.entries = cursor.fetchone()[0]
        cursor.execute(
            "SELECT e.id FROM ledger_entry e WHERE NOT EXISTS (SELECT 1 FROM ledger_place p WHERE p.entry_id = e.id)"
        )
        unplaced = {row[0] for row in cursor.fetchall()}
    if count and last != count - 1:
        report.fail(f"places: {count} of them, yet the last is {last}")
    waiting = set(Waiting.objects.values_list("entry_id", flat=True))
    report.waiting = len(unplaced & waiting)
    for pk in sorted(unplaced - waiting):
        report.fail(f"entry {pk}: it has no place and waits for none")
    for pk in sorted(waiting - unplaced):
        report.fail(f"waiting list: entry {pk} is not there or has its place")
    tree = Tree.objects.filter(pk=1).first() or Tree(size=0, frontier=b"")
    if tree.size != report.placed or (tree.size and tree.size not in roots):
        report.fail(
            f"tree: it says {tree.size}, {report.placed} entries have a place, signed is {max(roots, default=0)}"
        )
    elif _root_of(tree) != report.root:
        report.fail("tree: its frontier gives another root than the entries")


def _root_of(tree: Tree) -> bytes | None:
    try:
        return Frontier(tree.size, bytes(tree.frontier)).root()
    except ValueError:
        return None


def verify_columns(report: Report) -> dict[int, str]:
    """The searching columns repeat the leaf; returns what leaves commit to, by the entry's key."""
    committed: dict[int, str] = {}
    latest = ""
    names = "action, actor_kind, actor_id, subject_kind, subject_id"
    for rows in chunks(f"SELECT id, leaf, public_id, recorded_at, {names} FROM ledger_entry ORDER BY id", BLOCK):  # noqa: S608
        for pk, leaf, public_id, recorded_at, *rest in rows:
            record = _parsed(leaf)
            if _names_in(record) != [_id_text(public_id), _instant_text(recorded_at), *rest]:
                report.fail(f"entry {pk}: its columns do not say what its leaf says")
                continue
            if record["at"] < latest:
                report.clock_went_back += _seconds_between(record["at"], latest) > CLOCK_TOLERANCE
            else:
                latest = record["at"]
            if "private" in record:
                committed[pk] = record["private"]
        report.seen(len(rows))
    return committed


def _id_text(stored: UUID | str) -> str:
    """A UUID as the leaf writes it; SQLite stores 32 digits."""
    return str(stored) if isinstance(stored, UUID) else "-".join(map(stored.__getitem__, _UUID_PARTS))


_UUID_PARTS = (slice(8), slice(8, 12), slice(12, 16), slice(16, 20), slice(20, None))


def _instant_text(stored: datetime) -> str:
    """An instant as the leaf writes it; SQLite stores it in UTC without saying so."""
    return utc_text(stored if stored.tzinfo else stored.replace(tzinfo=UTC))


def _seconds_between(earlier: str, later: str) -> float:
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()


def _parsed(leaf: bytes) -> dict[str, Any]:
    try:
        record = json.loads(leaf)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}


def _names_in(record: dict[str, Any]) -> list[str]:
    try:
        actor, subject = record["actor"], record["subject"]
        names = [record["id"], record["at"], record["action"]]
        return [*names, actor["kind"], actor["id"], subject["kind"], subject["id"]]
    except (KeyError, TypeError):
        return []


def _said_to_be_erased() -> set[str]:
    """Public ids of the entries whose private part was erased by an act that is itself an entry."""
    erasures = Entry.objects.filter(action=ERASURE, subject_kind="ledger_entry")
    return set(erasures.values_list("subject_id", flat=True).iterator())


def verify_private(report: Report, committed: dict[int, str], erased: set[str]) -> None:
    """Each private part is what its leaf commits to, or an entry says that it was erased; none is missing or added."""
    field = PrivatePart._meta.get_field("data")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.entry_id, e.public_id, p.salt, p.data, p.erased_at FROM ledger_privatepart p"
            " JOIN ledger_entry e ON e.id = p.entry_id ORDER BY p.entry_id"
        )
        parts = cursor.fetchall()
    for pk, public_id, salt, stored, erased_at in parts:
        expected = committed.pop(pk, None)
        if expected is None:
            report.fail(f"private part of entry {pk}: the entry commits to none")
        elif erased_at is not None and salt is None and stored is None:
            report.private_erased += 1
            if _id_text(public_id) not in erased:
                report.fail(f"private part of entry {pk}: it was blanked, and no entry says so")
        elif salt is None or stored is None:
            report.fail(f"private part of entry {pk}: blanked without an erasure")
        elif not key_is_known(stored):
            report.unchecked.append(f"private part of entry {pk}: no configured field key opens it")
        elif _opened(field, stored, bytes(salt)) != expected:
            report.fail(f"private part of entry {pk}: not what the entry commits to")
        else:
            report.private_kept += 1
    for pk in committed:
        report.fail(f"private part of entry {pk}: it is gone")


def _opened(field: Any, stored: str, salt: bytes) -> str | None:
    try:
        return commitment(salt, field.from_db_value(stored).encode())
    except ValueError:
        return None
