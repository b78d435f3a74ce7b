"""Whose picture is decoded next: one at a time on this computer. A few wait; others are told to come again."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from apps.core.errors import Busy
from apps.core.tickets import take

MOST_WAITING = 8  # in each process of the web, which has many more threads
WAIT_SECONDS = 15.0

_waiting: set[str] = set()
_guard = threading.Lock()


@contextlib.contextmanager
def picture_turn(scratch: Path, *, whose: str) -> Iterator[None]:
    """Hold this computer's only turn at decoding a picture, in the order of arrival.

    Raises `Busy` at once where enough wait already, or a picture of the same sender does, and after `WAIT_SECONDS`.
    """
    with _seat(whose):
        try:
            ticket = take(f"{scratch}.pictures", until=time.monotonic() + WAIT_SECONDS)
        except Busy:
            raise _busy() from None
        try:
            yield
        finally:
            ticket.give_back()


@contextlib.contextmanager
def _seat(whose: str) -> Iterator[None]:
    with _guard:
        if whose in _waiting or len(_waiting) >= MOST_WAITING:
            raise _busy()
        _waiting.add(whose)
    try:
        yield
    finally:
        with _guard:
            _waiting.discard(whose)


def _busy() -> Busy:
    return Busy(_("Other pictures are being looked at right now. Yours was not saved. Send it again in a moment."))
