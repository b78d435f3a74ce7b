"""How hard a key is to guess, as far as one can tell by looking at it."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from itertools import pairwise

LEAST_BITS = 85  # of twenty thousand random ones of 32 hexadecimal digits none had fewer than 92
_FRAME = 11  # bytes that zlib adds to anything


def bits_of(key: str) -> float:
    """Bits of surprise in a key, at most: by its characters, by what repeats, and by what counts up or down.

    It cannot tell a random key from one that was copied from a book. It finds `change-me-change-me-change-me`.
    """
    if not key:
        return 0.0
    steps = "".join(chr(0x400 + ord(after) - ord(before)) for before, after in pairwise(key))
    return min(_by_characters(key), _by_characters(steps), _by_repeats(key))


def _by_characters(text: str) -> float:
    length = len(text)
    return -sum(n * math.log2(n / length) for n in Counter(text).values())


def _by_repeats(text: str) -> float:
    return 8.0 * max(len(zlib.compress(text.encode(), 9)) - _FRAME, 0)
