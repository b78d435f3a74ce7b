"""Lanes for long work on this computer: one fewer than there are workers, so that a short clip always finds its own."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from apps.core.tickets import Ticket


class LongLane:
    """A place for one long piece of work. The kernel frees it with the process, however that dies."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._ticket: Ticket | None = None

    def __enter__(self) -> LongLane:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._ticket is not None:
            self._ticket.give_back()
            self._ticket = None

    def take(self) -> bool:
        """Whether there is a lane for us, now or already."""
        for number in range(max(1, settings.MEDIA_CONCURRENCY - 1)):
            if self._ticket is not None:
                return True
            ticket = Ticket(f"{self._scratch}.long-{number}")
            if ticket.try_once():
                self._ticket = ticket
            else:
                ticket.give_back()
        return self._ticket is not None
