"""How a number is said, and the noise in the number of a cell."""

from __future__ import annotations

import math

from django.conf import settings
from django.utils.crypto import salted_hmac

STEP = 5
FLOOR = 5
# Two-sided geometric: each step away from the true number is a third as likely, half of all numbers are true.
_RATIO = 1 / 3


def rounded(count: float) -> int | None:
    """None below the floor (perhaps none), else the nearest multiple of five."""
    if count < settings.COUNT_FLOOR:
        return None
    return max(int(settings.COUNT_FLOOR), STEP * math.floor(count / STEP + 0.5))


def with_noise(count: int, cell: str) -> int:
    """The number that is released for a cell that holds `count`. The same as long as the count is the same.

    Otherwise a patient reader would average the noise away, week by week.
    """
    digest = salted_hmac("apps.counts", f"{cell} {count}", secret=settings.DIGEST_KEY, algorithm="sha256").digest()
    ups, downs = (_steps(digest[part : part + 8]) for part in (0, 8))
    return max(0, count + ups - downs)


def _steps(number: bytes) -> int:
    """A geometric number from eight uniform bytes."""
    uniform = (int.from_bytes(number) + 1) / 2**64
    return math.floor(math.log(uniform) / math.log(_RATIO))
