"""How often somebody asked lately, for limits that keep a service from being worn out and protect no secret."""

from __future__ import annotations

import time

from django.core.cache import cache


def counted(what: str, *, seconds: int) -> int:
    """Count one more `what` in the present span of `seconds`, and say how many these are.

    A cache that forgot them counts from one again.
    """
    key = f"counted:{what}:{int(time.time() // seconds)}"
    cache.add(key, 0, timeout=seconds + 60)
    try:
        return cache.incr(key)
    except ValueError:  # a full cache forgot it in between
        return 1
