"""The job: claim, then batch after batch, each one transaction with its rows, then let go.

A worker that dies loses one batch, which the next one does again; a row never counts twice, because its state changes
in the transaction that acts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from apps.core import claims
from apps.core.errors import Busy
from apps.core.locks import locked
from apps.imports.match_context import MatchContext
from apps.imports.messages import tell_finished
from apps.imports.models import CameraImport
from apps.imports.selectors import progress_of
from apps.imports.services.checking import check_batch
from apps.imports.services.for_owners import mark_owners_ready
from apps.imports.services.importing import import_batch
from apps.imports.services.undoing import close_emptied_sites, undo_batch
from apps.imports.states import BUSY, IMPORT_TRANSITIONS, ImportState, RowState
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

LEASE = timedelta(minutes=3)
MOST_ROWS = 100  # a batch; others write between two of them
MOST_CHANGES = 25  # a batch that changes cameras holds their partner, so it is shorter
_NEXT: dict[str, ImportState] = {
    ImportState.CHECKING: ImportState.CHECKED,
    ImportState.IMPORTING: ImportState.IMPORTED,
    ImportState.UNDOING: ImportState.UNDONE,
}
_ROWS: dict[str, RowState] = {
    ImportState.CHECKING: RowState.NEW,
    ImportState.IMPORTING: RowState.READY,
    ImportState.UNDOING: RowState.DONE,
}
_BATCHES: dict[str, Callable[..., None]] = {
    ImportState.CHECKING: check_batch,
    ImportState.IMPORTING: import_batch,
    ImportState.UNDOING: undo_batch,
}


def due_imports() -> list[int]:
    """Keys of imports that wait for a worker; those that died three times at the same rows are stopped first."""
    _stop_dead()
    rows = CameraImport.objects.filter(claims.free(), state__in=BUSY, attempts__lt=claims.MAX_ATTEMPTS)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:100])


def work_on_import(pk: int, *, seconds: float = 240.0) -> bool:
    """Work on an import for so long. True if it came to an end; False if there is more, or somebody else is at it."""
    job = claims.claim(CameraImport, pk, lease=LEASE, where=Q(state__in=BUSY))
    if job is None:
        return False
    until = time.monotonic() + seconds
    around = MatchContext.of(job)
    with translation.override(job.started_by.language or settings.LANGUAGE_CODE):
        try:
            while (over := _next_batch(job, around, until)) is None:
                pass
        except Busy:
            claims.put_back(job)
            return False
        return over


def _next_batch(job: CameraImport, around: MatchContext, until: float) -> bool | None:
    """Do a batch in a transaction. None if there may be more, else what `work_on_import` returns."""
    with transaction.atomic():
        held = claims.locked_if_held(job)
        if held is None:
            return False
        most = MOST_ROWS if held.state == ImportState.CHECKING else min(MOST_ROWS, MOST_CHANGES)
        rows = list(locked(held.rows.filter(state=_ROWS[held.state])).order_by("number")[:most])
        if not rows:
            _finish(held)
            return True
        _BATCHES[held.state](held, rows, around)
        held.attempts, held.leased_until = 1, timezone.now() + LEASE
        if over := time.monotonic() > until:
            claims.release(held, step_done=True)
        held.save(update_fields=["attempts", "lease_token", "leased_until"])
    return False if over else None


def _finish(job: CameraImport) -> None:
    before, after = job.state, _NEXT[job.state]
    IMPORT_TRANSITIONS.check(before, after)
    job.state = after
    changed = claims.release(job, step_done=True)
    if after == ImportState.UNDONE:
        close_emptied_sites(job)
    if after == ImportState.IMPORTED and job.agency_id is not None:
        mark_owners_ready(job, ready=True)
    if after != ImportState.CHECKED:
        job.finished_at = timezone.now()
        done = progress_of(job)
        ledger.record(
            f"import.{after}",
            Subject.of("import", job.public_id),
            Actor.system("worker"),
            rows=done.by_state,
            outcomes=done.by_outcome,
        )
        tell_finished(job, done)
    job.save(update_fields=["state", "finished_at", *changed])


def _stop_dead() -> None:
    dead = CameraImport.objects.filter(
        state__in=BUSY, attempts__gte=claims.MAX_ATTEMPTS, leased_until__lt=timezone.now()
    )
    for pk in list(dead.values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            job = locked(dead).filter(pk=pk).first()
            if job is None:
                continue
            IMPORT_TRANSITIONS.check(job.state, ImportState.STOPPED)
            job.stopped_in, job.state = job.state, ImportState.STOPPED
            job.failure_reason = "Three workers died at the same rows."
            changed = claims.release(job, step_done=True)
            job.save(update_fields=["state", "stopped_in", "failure_reason", *changed])
            ledger.record(
                "import.stopped", Subject.of("import", job.public_id), Actor.system("worker"), **{"in": job.stopped_in}
            )
