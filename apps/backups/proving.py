"""What a database that was put back has to prove: the ledger by what is kept outside, each item by its bytes."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model, QuerySet

from apps.agreements.services.files import damaged_files
from apps.core.connections import let_go_of_connection
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.states import ItemState
from apps.evidence.storage import EvidenceStore, MissingObject, derivative_key, original_key, store
from apps.evidence.vouching import SEALED, contradictions
from apps.ledger import checkpoints, witness
from apps.ledger.models import Entry
from apps.ledger.signed_notes import BadNote
from apps.witness.comparing import compare

PAGE = 500
_WITHOUT_ORIGINAL = (ItemState.RECEIVED, ItemState.DISPOSED)
Row = TypeVar("Row", bound=Model)


@dataclass(slots=True)
class Proof:
    """What was compared, what is wrong (`broken`), and what nothing vouches for (`unproved`), in sentences."""

    entries: int = 0
    outside: int = 0
    """Entries that the newest checkpoint from outside vouches for."""
    originals: int = 0
    derivatives: int = 0
    broken: list[str] = field(default_factory=list)
    unproved: list[str] = field(default_factory=list)

    def tell_counts(self, write: Callable[[str], object]) -> None:
        """What was compared."""
        write(f"ledger       {self.entries} acts, {self.outside} of them vouched for from outside")
        write(f"objects      {self.originals} originals, {self.derivatives} derivatives compared")

    def tell(self, write: Callable[[str], object]) -> None:
        """Each thing that is wrong or not proved, a line each."""
        for sentence in self.broken:
            write(f"BROKEN       {sentence}")
        for sentence in self.unproved:
            write(f"NOT PROVED   {sentence}")

    @property
    def exit_code(self) -> int:
        """0: all is proved; 1: something is wrong; 2: all that could be proved is right."""
        return 1 if self.broken else 2 if self.unproved else 0


def prove_ledger(proof: Proof, given: Sequence[str]) -> None:
    """Compute the ledger anew and compare it with every checkpoint from outside, `given` or kept by witnesses."""
    found = compare(given)
    report = found.report
    proof.entries = report.placed
    proof.outside = max(_sizes([*given, *witness.kept()]), default=0)
    if proof.outside > report.placed:
        proof.broken.append(
            f"This database is older than a checkpoint that was kept outside: it has {report.placed} acts, and"
            f" {proof.outside} were signed. The last {proof.outside - report.placed} are missing."
        )
    proof.broken += [f"Ledger: {finding}" for finding in report.broken]
    if report.broken_count > len(report.broken):
        proof.broken.append(f"Ledger: … and {report.broken_count - len(report.broken)} more.")
    proof.broken += [f"Ledger: the database's guard {name} is missing." for name in found.unguarded]
    proof.unproved += [f"Ledger: {finding}" for finding in report.unchecked]
    proof.unproved += [f"The witness {name} was not compared: {why}" for name, why in found.silent]
    if not report.outside:
        proof.unproved.append(
            "No checkpoint from outside was given. An older database, or one whose end was cut off, looks the same."
        )
    elif proof.outside < report.placed:
        last = report.placed - proof.outside
        proof.unproved.append(f"Nothing from outside vouches for the last {last} acts: no newer checkpoint was kept.")


def prove_items(
    proof: Proof, *, gone: Container[str], read: bool, told: Callable[[str], None], looked_in: str = " in the store"
) -> None:
    """Compare items with the ledger both ways, and every original and derivative with its digest.

    `gone` are keys of what was disposed of since. Without `read` it looks only whether each object is there.
    `looked_in`: where the caller looked for what is missing, as the end of a sentence.
    """
    for entries in _pages(Entry.objects.filter(action=SEALED)):
        proof.broken += _sealed_and_gone(entries)
    where, done = store(), 0
    for items in _pages(EvidenceItem.objects.all()):
        contradicted = contradictions(items)
        proof.broken += [
            f"Item {item.public_id}: {contradicted[item.pk]}." for item in items if item.pk in contradicted
        ]
        let_go_of_connection()
        for item in items:
            if item.state in _WITHOUT_ORIGINAL or item.pk in contradicted:
                continue
            key = original_key(item.digest)
            if key not in gone:
                proof.originals += 1
                if problem := _problem(where, key, item.digest, read=read, looked_in=looked_in):
                    proof.broken.append(f"The original of item {item.public_id} {problem}")
        done += len(items)
        told(f"{done} items compared.")
    for rows in _pages(Derivative.objects.exclude(item__state=ItemState.DISPOSED).select_related("item")):
        let_go_of_connection()
        for row in rows:
            try:
                key = derivative_key(row.digest)
            except ValueError:
                proof.broken.append(f"The {row.kind} of item {row.item.public_id} has no digest.")
                continue
            if key not in gone:
                proof.derivatives += 1
                if problem := _problem(where, key, row.digest, read=read, looked_in=looked_in):
                    proof.broken.append(f"The {row.kind} of item {row.item.public_id} {problem}")
    proof.broken += [f"The signed file of agreement {one} is missing or changed." for one in damaged_files()]
    received = EvidenceItem.objects.filter(state=ItemState.RECEIVED).count()
    if received:
        proof.unproved.append(
            f"Files that had arrived and were not sealed: {received}. If staging is lost, their owners send again."
        )
    if not read:
        proof.unproved.append("Originals were not read: the fixity checks do that within FIXITY_DAYS.")


def _sealed_and_gone(entries: list[Entry]) -> list[str]:
    """Items that the ledger sealed, and that no row is left of: rows of items are never deleted."""
    ids = [entry.subject_id for entry in entries]
    here = {str(one) for one in EvidenceItem.objects.filter(public_id__in=ids).values_list("public_id", flat=True)}
    return [f"Item {one} was sealed, says the ledger, and is not in the database." for one in ids if one not in here]


def _problem(where: EvidenceStore, key: str, digest: str, *, read: bool, looked_in: str) -> str:
    """The rest of a sentence that begins with the object; empty if it is what it should be."""
    try:
        found = where.read_back(key) if read else digest if where.exists(key) else None
    except MissingObject:
        found = None
    if found is None:
        return f"is missing{looked_in}."
    return "" if found == digest else f"is not what was sealed: its bytes give {found}."


def _pages(rows: QuerySet[Row]) -> Iterator[list[Row]]:
    """All rows by their keys, some at a time, so that nothing is held open while bytes are read."""
    after = 0
    while page := list(rows.filter(pk__gt=after).order_by("pk")[:PAGE]):
        yield page
        after = page[-1].pk


def _sizes(notes: Sequence[str]) -> Iterator[int]:
    for note in notes:
        try:
            yield checkpoints.open_note(note).size
        except BadNote:
            continue  # the report says so
