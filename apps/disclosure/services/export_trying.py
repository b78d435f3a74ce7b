"""One try of building: holding the lease, telling how far it came, and ending without a result."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone

from apps.core import claims
from apps.core.claims import MAX_ATTEMPTS
from apps.core.connections import let_go_of_connection
from apps.core.errors import Busy, Unavailable
from apps.core.locks import locked
from apps.disclosure.export_mails import tell_requester
from apps.disclosure.export_states import EXPORT_TRANSITIONS, ExportState, Problem
from apps.disclosure.models import Export, ExportFile
from apps.disclosure.services.export_asking import subject_of
from apps.evidence.services.working import LeaseLost, lease_kept
from apps.evidence.services.working import subject_of as item_subject
from apps.evidence.storage import StoreUnavailable
from apps.findings.services import notice
from apps.ledger import services as ledger
from apps.ledger.values import Actor

logger = logging.getLogger(__name__)

WORKER = Actor.system("worker")
PAUSE = timedelta(seconds=30)
LEDGER_PAUSE = timedelta(seconds=3)


class NotYet(Exception):
    """No checkpoint covers the list of files yet."""


class Changed(Exception):
    """A stored file is gone, or is not what was sealed."""

    def __init__(self, file: ExportFile) -> None:
        super().__init__(file.path)
        self.file = file


@contextlib.contextmanager
def attempt(export: Export) -> Iterator[None]:
    """Keeps the lease while the body works, and ends the try when it fails.

    Swallows what is expected: a lost lease, a changed file, a store, a ledger or a database that is not ready. Passes
    on what is not, after giving the export free; the third time it stops.
    """
    try:
        try:
            with lease_kept(export):
                yield
        except NotYet:
            _postpone(export, Problem.LEDGER, LEDGER_PAUSE)
        except (StoreUnavailable, Unavailable):
            _postpone(export, Problem.STORE_AWAY, PAUSE)
        except Changed as error:
            _stop_for_change(export, error.file)
        except Busy:
            claims.put_back(export)
        except OperationalError as error:
            if not _is_full(error):
                raise
            _postpone(export, Problem.NO_ROOM, PAUSE)
        except LeaseLost:
            raise
        except Exception as error:
            _give_up(export, type(error).__name__)
            raise
    except LeaseLost:
        logger.info("Export %s was cancelled, or went to another worker.", export.public_id)


def held(export: Export) -> Export:
    """The export, fresh and locked, in the caller's transaction. Raises LeaseLost if it is no longer ours to build."""
    mine = claims.locked_if_held(export)
    if mine is None or mine.state != ExportState.BUILDING:
        raise LeaseLost
    return mine


def report(export: Export, done: int) -> None:
    """Tell how many bytes were read. Raises LeaseLost: somebody cancelled, or the lease went to another worker."""
    mine = Export.objects.filter(pk=export.pk, lease_token=export.lease_token, state=ExportState.BUILDING)
    going_on = mine.update(bytes_done=done)
    let_go_of_connection()
    if not going_on:
        raise LeaseLost


def stop_dead_exports() -> int:
    """Stop exports whose workers died as often as they may; returns how many."""
    now, stopped = timezone.now(), 0
    dead = Export.objects.filter(state=ExportState.BUILDING, attempts__gte=MAX_ATTEMPTS).exclude(leased_until__gte=now)
    for key in list(dead.order_by("pk").values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            mine = locked(dead.select_related("requested_by", "case", "agency")).filter(pk=key).first()
            if mine is not None:
                _stop(mine, Problem.DIED, mine.failure_reason or "the worker died")
                stopped += 1
    return stopped


def _postpone(export: Export, problem: Problem, pause: timedelta) -> None:
    """For a cause that is not the export's: the try does not count, and it goes on by itself."""
    with transaction.atomic():
        mine = held(export)
        mine.attempts = max(0, mine.attempts - 1)
        _rest(mine, problem, pause, "")
    logger.warning("Export %s waits: %s", export.public_id, problem.value)


def _give_up(export: Export, reason: str) -> None:
    """For a cause that may be the export's: the try counts."""
    with transaction.atomic():
        mine = held(export)
        if mine.attempts >= MAX_ATTEMPTS:
            _stop(mine, Problem.DIED, reason)
        else:
            _rest(mine, Problem(mine.problem) if mine.problem else None, PAUSE, reason)
    logger.warning("Export %s: a step failed (try %d): %s", export.public_id, mine.attempts, reason)


def _stop_for_change(export: Export, file: ExportFile) -> None:
    with transaction.atomic():
        mine = held(export)
        _stop(mine, Problem.CHANGED, file.path)
        if file.item is not None:
            facts = {"export": str(export.public_id), "file": file.kind}
            agency = file.item.agency.public_id
            notice("evidence.fixity_failed", about=item_subject(file.item), agency=agency, facts=facts)


def _rest(mine: Export, problem: Problem | None, pause: timedelta, reason: str) -> None:
    """Nobody's lease, but not free before the pause is over."""
    mine.lease_token, mine.leased_until = None, timezone.now() + pause
    mine.problem, mine.failure_reason = problem or "", reason
    mine.save(update_fields=["lease_token", "leased_until", "attempts", "problem", "failure_reason"])


def _stop(mine: Export, problem: Problem, reason: str) -> None:
    EXPORT_TRANSITIONS.check(mine.state, ExportState.STOPPED)
    mine.state, mine.problem, mine.failure_reason = ExportState.STOPPED, problem, reason
    mine.lease_token, mine.leased_until = None, None
    mine.expires_at = timezone.now() + timedelta(days=settings.EXPORT_KEEP_DAYS)
    mine.save()
    entry = ledger.record("export.stopped", subject_of(mine), WORKER, problem=problem.value)
    tell_requester("stopped", mine, once=str(entry.public_id))


def _is_full(error: OperationalError) -> bool:
    """Whether the database has no room: as SQLite says it, or PostgreSQL (53100, disk_full)."""
    return "disk is full" in str(error) or getattr(error.__cause__, "sqlstate", "") == "53100"
