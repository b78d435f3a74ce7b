"""Waiting for another process: the one way that a test does it."""

from __future__ import annotations

import time
from collections.abc import Callable

# How long something may hang before a test gives up. No goal: a busy machine may be many times slower than an idle one.
PATIENCE_S = 400.0


def wait_until(
    is_so: Callable[[], object],
    what: str | Callable[[], str] = "",
    *,
    pause: Callable[[], object] = lambda: time.sleep(0.05),
) -> None:
    """Ask `is_so` until it says yes, with a `pause` between; fails with `what`, or with what it returns."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, what if isinstance(what, str) else what()
        pause()
