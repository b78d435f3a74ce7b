"""Hand work to the queue after a commit. The database is the truth: a lost message costs seconds, never work."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

_silent: ContextVar[bool] = ContextVar("enqueueing_silent", default=False)


def enqueue_after_commit(task: str, *args: int | str) -> None:
    """Enqueue the task of this name ("apps.….tasks.…") once the transaction has committed.

    A name, because tasks import services. A broker that cannot be reached is only logged. Raises ImportError at once
    for a name that no task has.
    """
    if _silent.get():
        return
    wanted = import_string(task)

    def enqueue() -> None:
        try:
            wanted.apply_async(args)
        except Exception as error:
            logger.warning("The queue did not take %s (%s); the sweep will find the work.", task, type(error).__name__)

    transaction.on_commit(enqueue, robust=True)


@contextmanager
def nothing_enqueued() -> Iterator[None]:
    """For loads of thousands of rows: nothing is enqueued inside, the sweeps find all of it afterwards."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)
