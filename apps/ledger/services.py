"""Writing the ledger: append with the act, give places, erase private data."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.core.errors import PortalError
from apps.core.locks import locked
from apps.ledger import checkpoints
from apps.ledger.canonical import canonical, utc_text
from apps.ledger.merkle import Frontier, leaf_hash
from apps.ledger.models import Checkpoint, Entry, Place, PrivatePart, Subtree, Tree, Waiting
from apps.ledger.values import Act, Actor, Subject

FORMAT = 1
SALT_BYTES = 32
BATCH = 1_000
ERASURE = "ledger_entry.private_erased"
SUBTREES_FROM = 8  # heights that are stored: one row for 256 leaves and up


class LedgerBroken(PortalError):
    """The stored tree is not the one that was signed. Nothing is built upon it; `verify_ledger` says more."""

    status = 500


class ActorIncomplete(PortalError):
    """A staff member's act that does not say in which role of which agency: a mistake in the code that calls."""

    status = 500


def record(action: str, subject: Subject, actor: Actor, /, *, private: Any = None, **facts: Any) -> Entry:
    """Write one act into the ledger, in the caller's transaction. `private` is personal data and can be erased.

    Raises ActorIncomplete for a staff member without role and agency, and what `append` raises.
    """
    return append(Act(action=action, actor=actor, subject=subject, facts=facts, private=private or {}))


def record_alone(action: str, subject: Subject, actor: Actor, /, **facts: Any) -> Entry:
    """Write an act that changes nothing else, such as reading a log: its one insert is the transaction.

    Raises ActorIncomplete for a staff member without role and agency, NotCanonical for facts that have no one spelling.
    """
    return _insert(Act(action=action, actor=actor, subject=subject, facts=facts))


def check_actor(actor: Actor, subject: Subject) -> None:
    """Raise ActorIncomplete unless a staff member acts in a role of an agency, or on their own account."""
    own_account = subject.kind == "user" and subject.public_id == actor.public_id
    if actor.kind == "staff" and not (actor.role and actor.agency) and not own_account:
        raise ActorIncomplete("A staff member acts in a role of an agency.")


def append(act: Act) -> Entry:
    """Write the act's entry in the caller's transaction: the act and its entry stand or fall together.

    A plain insert: writers do not wait for each other, the sequencer gives the index within seconds. Raises
    TransactionManagementError outside `transaction.atomic()`, NotCanonical for facts that have no one spelling.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An act and its ledger entry are one transaction.")
    if not act.private:
        return _insert(act)
    salt, data = secrets.token_bytes(SALT_BYTES), canonical(act.private)
    entry = _insert(act, private=commitment(salt, data))
    PrivatePart.objects.create(entry=entry, salt=salt, data=data.decode())
    return entry


def _insert(act: Act, *, private: str = "") -> Entry:
    check_actor(act.actor, act.subject)
    now = timezone.now()
    public_id = uuid.uuid4()
    leaf: dict[str, Any] = {
        "v": FORMAT,
        "id": public_id,
        "at": utc_text(now),
        "action": act.action,
        "actor": {
            "kind": act.actor.kind,
            "id": act.actor.public_id,
            "role": act.actor.role,
            "agency": act.actor.agency,
        },
        "subject": {"kind": act.subject.kind, "id": act.subject.public_id},
        "facts": act.facts,
    }
    if private:
        leaf["private"] = private
    return Entry.objects.create(
        public_id=public_id,
        recorded_at=now,
        action=act.action,
        actor_kind=act.actor.kind,
        actor_id=act.actor.public_id,
        subject_kind=act.subject.kind,
        subject_id=act.subject.public_id,
        leaf=canonical(leaf),
    )


def commitment(salt: bytes, data: bytes) -> str:
    """What the leaf says of private data: HMAC-SHA-256 under a random salt, so that erased data cannot be guessed."""
    return hmac.new(salt, data, hashlib.sha256).hexdigest()


def sequence(*, at_most: int = 100_000) -> int:
    """Give waiting entries their places and sign a checkpoint for each batch; returns how many got one.

    One sequencer at a time: it holds the row of the tree, and the lock of a dead process ends with its transaction. A
    second one returns 0 at once. Each batch (places, subtrees, tree, checkpoint) is one transaction, so a crash leaves
    the state before it. Raises LedgerBroken if the stored tree is not the one last signed.
    """
    if not Tree.objects.filter(pk=1).exists():
        Tree.objects.get_or_create(pk=1)
    placed = 0
    while placed < at_most:
        batch = _sequence_batch()
        placed += batch
        if batch < BATCH:
            break
    return placed


def _sequence_batch() -> int:
    with transaction.atomic():
        tree = locked(Tree.objects, skip_locked=True).filter(pk=1).first()
        if tree is None:
            return 0
        waiting = _waiting_leaves()
        if not waiting:
            return 0
        frontier, number = _signed_frontier(tree)
        start = frontier.size
        hashes = [leaf_hash(bytes(leaf)) for _, leaf in waiting]
        completed = frontier.extend(hashes, keep_from=SUBTREES_FROM)
        Place.objects.bulk_create(
            Place(index=start + offset, entry_id=pk, leaf_hash=hashes[offset]) for offset, (pk, _) in enumerate(waiting)
        )
        Subtree.objects.bulk_create(
            Subtree(height=height, position=position, root=root) for height, position, root in completed
        )
        # By key, not "up to the last one": an entry with a lower key may have committed since.
        Waiting.objects.filter(entry_id__in=[pk for pk, _ in waiting]).delete()
        Tree.objects.filter(pk=1).update(size=frontier.size, frontier=bytes(frontier))
        root = frontier.root()
        Checkpoint.objects.create(
            number=number + 1,
            size=frontier.size,
            root=root,
            note=checkpoints.sign(frontier.size, root, number + 1),
            signed_at=timezone.now(),
        )
        return len(waiting)


def _waiting_leaves() -> list[tuple[int, bytes]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.entry_id, e.leaf FROM ledger_waiting w JOIN ledger_entry e ON e.id = w.entry_id "
            "ORDER BY w.entry_id LIMIT %s",
            [BATCH],
        )
        rows: list[tuple[int, bytes]] = cursor.fetchall()
        return rows


def _signed_frontier(tree: Tree) -> tuple[Frontier, int]:
    """The frontier and the number of its checkpoint: nobody gets a signature by changing the tree's row."""
    last = Checkpoint.objects.order_by("-size").first()
    try:
        frontier = Frontier(tree.size, bytes(tree.frontier))
        signed = checkpoints.open_note(last.note) if last else None
    except ValueError as error:
        raise LedgerBroken(f"The ledger cannot go on: {error}") from error
    if (frontier.size, frontier.root()) != ((signed.size, signed.root) if signed else (0, Frontier().root())):
        raise LedgerBroken("The ledger cannot go on: the stored tree is not the one that was last signed.")
    return frontier, signed.number if signed else 0


def erase_private(*, entry: Entry, reason: str, actor: Actor) -> bool:
    """Blank an entry's personal data and its salt, and record that it was done; False if there was nothing left.

    The leaf keeps its commitment, which without the salt says nothing, so the tree stays whole.
    """
    with transaction.atomic():
        part = locked(PrivatePart.objects).filter(entry=entry, erased_at__isnull=True).first()
        if part is None:
            return False
        part.salt, part.data, part.erased_at = None, None, timezone.now()
        part.save(update_fields=["salt", "data", "erased_at"])
        record(ERASURE, Subject.of("ledger_entry", entry.public_id), actor, reason=reason)
        return True


ERASE_BATCH = 200


def erase_private_parts(*, entries: QuerySet[Entry], reason: str, actor: Actor) -> int:
    """Blank the personal data of all these entries, each with its own entry that says so; returns how many.

    In batches, each a transaction: killed in the middle, the next call goes on with what is left.
    """
    erased = 0
    while True:
        with transaction.atomic():
            left = PrivatePart.objects.filter(erased_at__isnull=True, entry_id__in=entries.values("pk"))
            batch = list(left.select_related("entry").defer("data").order_by("pk")[:ERASE_BATCH])
            for part in batch:
                erased += erase_private(entry=part.entry, reason=reason, actor=actor)
        if len(batch) < ERASE_BATCH:
            return erased
