"""Verify now: an auditor has the whole ledger checked by a worker, and reads what came of it.

The check itself is that of `verify_ledger`. It holds one read transaction for as long as it takes, so a thread beside
it says how far it is and renews the lease. A worker that dies leaves the lease to run out, and the next one begins the
check anew: nothing of half a check is kept. After three deaths it is given up, and a person may ask for another.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Outcome, Role, Verification
from apps.core import claims
from apps.core.background import enqueue_after_commit
from apps.core.locks import locked
from apps.findings.services import notice
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from apps.witness.comparing import Comparison, compare

LEASE = timedelta(minutes=2)
EVERY_SECONDS = 2.0
_ACTOR = Actor.system("worker")
_WORKING = Q(outcome=Outcome.WORKING)


class LeaseLost(Exception):
    """Another worker has the check now."""


def start_verification(*, user: User) -> Verification:
    """Have a worker check the whole ledger. While a check is at work, it is returned and no second one begins.

    Raises NotAllowed for somebody who is no auditor.
    """
    actor = acting_anywhere(user, Role.AUDITOR).actor
    with transaction.atomic():
        _give_up_dead()
        found, created = Verification.objects.get_or_create(outcome=Outcome.WORKING, defaults={"asked_by": user})
        if created:
            ledger.record("ledger.verification_started", subject_of(found), actor)
            enqueue_after_commit("apps.agencies.tasks.verify_ledger", found.pk)
    return found


def sweep_verifications() -> None:
    """Enqueue the check that nobody works on; close one that killed as many workers as are tried."""
    with transaction.atomic():
        _give_up_dead()
        for pk in Verification.objects.filter(_WORKING, claims.free()).values_list("pk", flat=True):
            enqueue_after_commit("apps.agencies.tasks.verify_ledger", pk)


def work_on_verification(pk: int) -> str:
    """Check the ledger and record what was found; returns the outcome. Empty if it was not ours to do."""
    job = claims.claim(Verification, pk, lease=LEASE, where=_WORKING)
    if job is None:
        return ""
    Verification.objects.filter(pk=pk, lease_token=job.lease_token).update(total=2 * Entry.objects.count(), done=0)
    try:
        with _Steps(job).told() as steps:
            found = compare(seen=steps.add)
    except LeaseLost:
        return ""
    except (DatabaseError, OSError) as error:
        _put_down(job, error)
        raise
    return _record(job, found)


def subject_of(verification: Verification) -> Subject:
    """As the ledger names it."""
    return Subject.of("ledger_verification", verification.public_id)


class _Steps:
    """How many entries were read. A thread with a connection of its own writes it down and keeps the lease."""

    def __init__(self, job: Verification) -> None:
        self._job = job
        self._done = 0
        self._lost = False
        self._over = threading.Event()

    def add(self, entries: int) -> None:
        """So many more were read. Raises LeaseLost once another worker has the check."""
        if self._lost:
            raise LeaseLost
        self._done += entries

    @contextmanager
    def told(self) -> Iterator[_Steps]:
        """Tell of the steps while the block runs."""
        teller = threading.Thread(target=self._tell, daemon=True)
        teller.start()
        try:
            yield self
        finally:
            self._over.set()
            teller.join()

    def _tell(self) -> None:
        try:
            while not self._over.wait(EVERY_SECONDS):
                try:
                    self._lost = not keep_lease(self._job, done=self._done)
                except DatabaseError:
                    continue  # the next round tries again, long before the lease runs out
        finally:
            connection.close()


def keep_lease(job: Verification, *, done: int) -> bool:
    """Write down how far the check is, and extend its lease. False if another worker has it."""
    held = Verification.objects.filter(_WORKING, pk=job.pk, lease_token=job.lease_token)
    return bool(held.update(done=done, leased_until=timezone.now() + LEASE))


def _record(job: Verification, found: Comparison) -> str:
    report = found.report
    with transaction.atomic():
        held = claims.locked_if_held(job)
        if held is None:
            return ""
        claims.release(held, step_done=True)
        held.outcome = _outcome_of(found)
        held.finished_at = timezone.now()
        held.done = held.total
        held.entries, held.checkpoints, held.outside = report.placed, report.checkpoints, report.outside
        held.root = report.root.hex()
        held.compared, held.silent = found.compared, [name for name, _why in found.silent]
        held.findings = [*report.broken, *report.unchecked, *report.key_changes, *_guards(found)]
        held.broken = report.broken_count
        held.failure_reason = ""
        held.save()
        ledger.record(
            "ledger.verified",
            subject_of(held),
            _ACTOR,
            outcome=held.outcome,
            entries=held.entries,
            root=held.root,
            checkpoints=held.checkpoints,
            outside=held.outside,
            breaks=held.broken,
        )
        if held.broken:
            notice("ledger.broken", facts={"breaks": held.broken})
    return str(held.outcome)


def _outcome_of(found: Comparison) -> Outcome:
    if found.report.broken_count:
        return Outcome.BROKEN
    return Outcome.UNCHECKED if found.report.unchecked or found.unguarded else Outcome.WHOLE


def _guards(found: Comparison) -> list[str]:
    return [f"the database's guards are missing: {', '.join(found.unguarded)}"] if found.unguarded else []


def _put_down(job: Verification, error: Exception) -> None:
    """Free the check for the next try. The reason is the kind of error alone: its text may hold anything."""
    with transaction.atomic():
        held = claims.locked_if_held(job)
        if held is not None:
            changed = claims.release(held, step_done=False)
            held.failure_reason = type(error).__name__
            held.save(update_fields=[*changed, "failure_reason"])


def _give_up_dead() -> None:
    """Close the check that failed as often as is tried, so that another one may begin."""
    dead = Verification.objects.filter(_WORKING, claims.free(), attempts__gte=claims.MAX_ATTEMPTS)
    for row in locked(dead):
        row.outcome, row.finished_at = Outcome.GIVEN_UP, timezone.now()
        row.save(update_fields=["outcome", "finished_at"])
        ledger.record("ledger.verification_given_up", subject_of(row), _ACTOR, error=row.failure_reason)
