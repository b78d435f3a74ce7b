"""Copy the evidence from one store to another while the portal works. What was copied was read back there; nothing is
ever removed from where it lay.

A run may be killed at any point and repeated: what has arrived is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.core.connections import let_go_of_connection
from apps.evidence.models import Derivative
from apps.evidence.services import locks
from apps.evidence.services.processing import scratch_folder
from apps.evidence.states import ItemState
from apps.evidence.storage import (
    DigestMismatch,
    EvidenceStore,
    MissingObject,
    derivative_key,
    digest_of_key,
    original_key,
)
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


@dataclass(frozen=True, slots=True)
class MoveRun:
    """How many objects were copied now, lay there already, and could not be copied because the source is not whole."""

    copied: int
    there_already: int
    failed: int


def move_evidence(
    *,
    source: EvidenceStore,
    target: EvidenceStore,
    actor: Actor,
    verify: bool = False,
    on_failure: Callable[[str, str], None] | None = None,
) -> MoveRun:
    """Copy every original and derivative that the database knows, until a pass finds no new one; record the run.

    `verify` also reads again what lay there already. Raises StoreUnavailable if either store is away: run it again.
    """
    run = copy_objects(source=source, target=target, verify=verify, on_failure=on_failure)
    with transaction.atomic():
        ledger.record(
            "evidence.copied_to_store",
            Subject.of("program", "all"),
            actor,
            source=source.name,
            target=target.name,
            copied=run.copied,
            there_already=run.there_already,
            failed=run.failed,
        )
    return run


def copy_objects(
    *,
    source: EvidenceStore,
    target: EvidenceStore,
    verify: bool = False,
    since: datetime | None = None,
    leave_out: Container[str] = (),
    on_failure: Callable[[str, str], None] | None = None,
) -> MoveRun:
    """As `move_evidence`, without the entry, which is the caller's: all objects or those that came `since`.

    Keys in `leave_out` are passed over.
    """
    counts = {"copied": 0, "there_already": 0, "failed": 0}
    seen: set[str] = set()
    while new := [key for key in _keys(since) if key not in seen]:
        for key in new:
            seen.add(key)
            if key in leave_out:
                continue
            let_go_of_connection()
            try:
                counts["copied" if _copied(key, source, target, verify=verify) else "there_already"] += 1
            except (DigestMismatch, MissingObject, ValueError) as error:
                counts["failed"] += 1
                if on_failure is not None:
                    on_failure(key, str(error))
    return MoveRun(**counts)


def _keys(since: datetime | None) -> Iterator[str]:
    """Originals first: they cannot be made again."""
    originals, made = locks.kept_originals(), Derivative.objects.exclude(item__state=ItemState.DISPOSED)
    if since is not None:
        originals, made = originals.filter(sealed_at__gte=since), made.filter(created_at__gte=since)
    for digest in originals.order_by("pk").values_list("digest", flat=True):
        yield _key(original_key, digest)
    for digest in made.order_by("pk").values_list("digest", flat=True):
        yield _key(derivative_key, digest)


def _key(name: Callable[[str], str], digest: str) -> str:
    """The object's key. A row whose digest is none fails alone, and does not end the run."""
    try:
        return name(digest)
    except ValueError:
        return f"no digest: {digest}"


def _copied(key: str, source: EvidenceStore, target: EvidenceStore, *, verify: bool) -> bool:
    digest, is_original = digest_of_key(key), key == original_key(digest_of_key(key))
    there = target.exists(key)
    if there and verify and target.read_back(key) != digest:
        raise DigestMismatch("What lies in the new store is not what its digest says.")
    if not there:
        with scratch_folder() as scratch, source.local_file(key, scratch=scratch) as path:
            if is_original:
                target.adopt(path, digest)
            elif target.put_derivative(path).digest != digest:
                raise DigestMismatch("The derivative in the old store is not what its digest says.")
    if is_original and target.locks:
        # Again for one that lay there: the run that copied it may have died before it was locked.
        locks.keep_in(target, digest)
    return not there
