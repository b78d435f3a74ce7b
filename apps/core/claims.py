"""Claim, work, record: how a job survives death at any point.

*Claim* takes a lease in a short transaction. *Work* holds neither a transaction nor a connection. *Record* writes only
if the same lease is still held, so a worker that was thought dead and comes back changes nothing. The database is the
truth; the broker only rings the bell, and a sweep finds what it lost.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.core.locks import locked
from apps.core.models import Claimable

Job = TypeVar("Job", bound=Claimable)

MAX_ATTEMPTS = 3


def free() -> Q:
    """The rows that nobody works on now: a lease that ended is none."""
    return Q(leased_until__isnull=True) | Q(leased_until__lt=timezone.now())


def claim(model: type[Job], pk: int, *, lease: timedelta, where: Q) -> Job | None:
    """Lease the row and count the attempt. None if it is gone, in another state, leased by somebody else or poison.

    `where` states which rows may be claimed (their state). The attempt counts before the work, so a death counts too.
    """
    with transaction.atomic():
        job = locked(model._default_manager).filter(where, free(), pk=pk, attempts__lt=MAX_ATTEMPTS).first()
        if job is None:
            return None
        job.lease_token = uuid.uuid4()
        job.leased_until = timezone.now() + lease
        job.attempts += 1
        job.save(update_fields=["lease_token", "leased_until", "attempts"])
        return job


def renew(job: Claimable, *, lease: timedelta) -> bool:
    """Extend a lease during long work. False if it was lost: the worker then stops."""
    manager = type(job)._default_manager
    return bool(manager.filter(pk=job.pk, lease_token=job.lease_token).update(leased_until=timezone.now() + lease))


def locked_if_held(job: Job) -> Job | None:
    """Inside the recording transaction: lock the row and return it fresh if the lease is still ours, else None."""
    manager = type(job)._default_manager
    return locked(manager).filter(pk=job.pk, lease_token=job.lease_token).first()


def locked_if_free(job: Job) -> Job | None:
    """Inside the recording transaction: lock the row and return it fresh if nobody works on it, else None."""
    return locked(type(job)._default_manager).filter(free(), pk=job.pk).first()


def postpone(job: Claimable, *, pause: timedelta, reason: str) -> bool:
    """End without a result for a cause that is not the job's, such as a store that is away: the try does not count.

    Nobody's lease, but not free before the pause is over. False, and nothing changed, if the lease was lost.
    """
    with transaction.atomic():
        mine = locked_if_held(job)
        if mine is None:
            return False
        mine.attempts = max(0, mine.attempts - 1)
        mine.lease_token, mine.leased_until = None, timezone.now() + pause
        mine.failure_reason = reason
        mine.save(update_fields=["attempts", "lease_token", "leased_until", "failure_reason"])
        return True


def put_back(job: Claimable) -> None:
    """Give up a lease whose work met somebody else's lock: free at once, and the attempt does not count."""
    with transaction.atomic():
        held = locked_if_held(job)
        if held is not None:
            held.save(update_fields=release(held, step_done=True))


def release(job: Claimable, *, step_done: bool) -> list[str]:
    """Give the lease up on a locked row (the caller saves); returns the names of the fields that changed.

    `step_done` resets the attempts, because the next step has its own three; without it the attempt stays counted.
    """
    job.lease_token = None
    job.leased_until = None
    if step_done:
        job.attempts = 0
    return ["lease_token", "leased_until", "attempts"]
