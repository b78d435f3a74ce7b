"""How long nobody can remove an original, where the store locks: by triage and holds, renewed while we keep it.

Triage and holds decide in the database. The store is asked afterward, outside of any transaction; what it did not hear,
the hourly sweep tells it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.core.connections import let_go_of_connection
from apps.evidence.models import EvidenceItem, ObjectVersion
from apps.evidence.services.holds import only_held
from apps.evidence.services.working import WORKER, subject_of
from apps.evidence.states import ItemState, Triage
from apps.evidence.storage import EvidenceStore, StoreError, StoreUnavailable, original_key, store
from apps.ledger import services as ledger
from apps.ledger.values import Subject

logger = logging.getLogger(__name__)

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LockRun:
    """How many originals were locked longer or whose hold was changed, and how many of them the store did not take."""

    changed: int
    failed: int


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the database decided about an original: days of its lock, and whether a hold is in force."""

    days: int
    held: bool


def keep_as_decided(*, item_pk: int) -> datetime | None:
    """Tell the store what triage and holds decided about the item's original; returns the lock's end (UTC).

    None in a store without such locks. Raises StoreError: the sweep then repeats it.
    """
    item = EvidenceItem.objects.get(pk=item_pk)
    if not store().locks or item.state in (ItemState.RECEIVED, ItemState.DISPOSED):
        return None
    wanted = _wanted([item.digest])[item.digest]
    before = _locks([item.digest]).get(item.digest)
    if before is None or not _is_due(wanted, before, timezone.now()):
        return before.locked_until if before else None
    until = _keep(item.digest, wanted)
    if until is not None and (before.locked_until is None or before.locked_until < until):
        with transaction.atomic():
            ledger.record("evidence_item.lock_extended", subject_of(item), WORKER, digest=item.digest, until=until)
    return until


def keep_in(where: EvidenceStore, digest: str) -> None:
    """Tell another store than the portal's own what was decided about this original. Raises StoreError.

    Nothing for one that was disposed of a moment ago.
    """
    wanted = _wanted([digest]).get(digest)
    if wanted is not None:
        _keep(digest, wanted, where=where)


def renew_locks() -> LockRun:
    """Lock longer what is locked for less than half of its time, and put right the holds that the store did not hear.

    Ends at the first original for which the store is away; the next run goes on.
    """
    changed = failed = 0
    if store().locks:
        for digest, wanted in _due():
            try:
                _keep(digest, wanted)
            except StoreUnavailable as error:
                logger.error("Locks were not renewed: %s", error)
                return _recorded(LockRun(changed, failed + 1))
            except StoreError as error:
                logger.error("The lock of %s was not renewed: %s", digest, error)
                failed += 1
            else:
                changed += 1
    return _recorded(LockRun(changed, failed))


def kept_originals() -> QuerySet[EvidenceItem]:
    """The items whose originals the portal keeps: their locks are renewed. What is disposed of leaves this query."""
    return EvidenceItem.objects.exclude(state__in=(ItemState.RECEIVED, ItemState.DISPOSED))


def _recorded(run: LockRun) -> LockRun:
    if run.changed or run.failed:
        with transaction.atomic():
            ledger.record(
                "evidence.locks_renewed", Subject.of("program", "all"), WORKER, changed=run.changed, failed=run.failed
            )
    return run


def _due() -> Iterator[tuple[str, _Wanted]]:
    """Originals whose lock or hold is not what was decided, some at a time: nothing is locked while they are gone
    through, and what changes meanwhile is found by the next run."""
    digests = list(kept_originals().order_by("digest").values_list("digest", flat=True).distinct())
    for start in range(0, len(digests), AT_ONCE):
        some = digests[start : start + AT_ONCE]
        found, now = _locks(some), timezone.now()
        yield from [(digest, what) for digest, what in _wanted(some).items() if _is_due(what, found.get(digest), now)]


def _is_due(wanted: _Wanted, lock: ObjectVersion | None, now: datetime) -> bool:
    if lock is None:
        return False  # it is in another store, or its record was lost: sealing and fixity tell of that
    if lock.locked_until is None or lock.held != wanted.held:
        return True
    return lock.locked_until < now + timedelta(days=wanted.days) / 2


def _wanted(digests: Iterable[str]) -> dict[str, _Wanted]:
    """For each digest what the strictest of its items asks for: two items may have the same bytes."""
    items = kept_originals().filter(digest__in=list(digests))
    accepted = set(items.filter(triage=Triage.ACCEPTED).values_list("digest", flat=True))
    held = set(only_held(items).values_list("digest", flat=True))
    long, short = settings.EVIDENCE_LOCK_ACCEPTED_DAYS, settings.EVIDENCE_LOCK_DAYS
    return {
        digest: _Wanted(max(long, short) if digest in accepted else short, digest in held)
        for digest in set(items.values_list("digest", flat=True))
    }


def _locks(digests: Iterable[str]) -> dict[str, ObjectVersion]:
    """What the store confirmed last, by digest."""
    keys = {original_key(digest): digest for digest in digests}
    rows = ObjectVersion.objects.filter(store=store().name, key__in=keys)
    return {keys[row.key]: row for row in rows}


def _keep(digest: str, wanted: _Wanted, *, where: EvidenceStore | None = None) -> datetime | None:
    let_go_of_connection()
    until = timezone.now() + timedelta(days=wanted.days)
    return (where or store()).keep(original_key(digest), until=until, held=wanted.held)
