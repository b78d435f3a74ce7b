"""Ring the worker's bell after a commit. The database is the truth: a lost nudge costs seconds, never work."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from celery import Task
from django.db import transaction

logger = logging.getLogger(__name__)

_silent: ContextVar[bool] = ContextVar("nudges_silent", default=False)


def nudge(task: Task[Any, Any], *args: int | str) -> None:
    """Enqueue `task` once the present transaction has committed; a broker that cannot be reached is only logged."""
    if _silent.get():
        return

    def ring() -> None:
        try:
            task.apply_async(args)
        except Exception as error:
            logger.warning(
                "The queue did not take %s (%s); the sweep will find the work.", task.name, type(error).__name__
            )

    transaction.on_commit(ring, robust=True)


@contextmanager
def silent_nudges() -> Iterator[None]:
    """For loads of thousands of rows: no bell rings inside, the sweeps find all of it afterwards."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)
