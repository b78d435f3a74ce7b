"""How a job goes through all cameras: one claim, then a short transaction for each batch, until it is done.

Killed anywhere, the batch that was not committed is done again by the worker that claims the run next. After three
deaths at one batch the run is given up with a reason and waits for a person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.cameras.models import RegisterRun
from apps.cameras.states import OPEN_RUNS
from apps.core import claims
from apps.core.errors import Busy

Run = TypeVar("Run", bound=RegisterRun)

BATCH = 1000
LEASE = timedelta(minutes=2)


def work_through(model: type[Run], pk: int, step: Callable[[Run], None]) -> bool:
    """Claim the run and do step after step, each in its transaction, until its state is an end.

    `step` gets the locked run, does one batch and changes the run's fields; they are saved with what it wrote. False
    if the run is somebody else's, ended or given up, or met a lock that it did not get in time. An error is noted in
    the run and raised.
    """
    run = claims.claim(model, pk, lease=LEASE, where=Q(state__in=OPEN_RUNS))
    if run is None:
        return False
    while True:
        try:
            with transaction.atomic():
                held = claims.locked_if_held(run)
                if held is None:
                    return False
                step(held)
                if held.state in OPEN_RUNS:
                    held.attempts, held.leased_until = 1, timezone.now() + LEASE
                else:
                    claims.release(held, step_done=True)
                    held.finished_at = timezone.now()
                held.failure_reason = ""
                held.save()
        except Busy:
            claims.put_back(run)
            return False
        except Exception as error:
            _give_up(run, error)
            raise
        if held.state not in OPEN_RUNS:
            return True


def due_runs(model: type[Run]) -> list[int]:
    """The keys of the runs of this kind that some worker should take up."""
    rows = model._default_manager.filter(claims.free(), state__in=OPEN_RUNS, attempts__lt=claims.MAX_ATTEMPTS)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _give_up(run: RegisterRun, error: Exception) -> None:
    """Free the run for the next try. The reason is the kind of error alone: its text may hold anything."""
    with transaction.atomic():
        held = claims.locked_if_held(run)
        if held is not None:
            claims.release(held, step_done=False)
            held.failure_reason = type(error).__name__
            held.save(update_fields=["lease_token", "leased_until", "attempts", "failure_reason"])
