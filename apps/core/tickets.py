"""A `flock` with a time limit, waited for in the kernel's queue."""

from __future__ import annotations

import fcntl
import os
import threading
import time

from apps.core.errors import Busy


class Ticket:
    """The lock on one file. Giving it back frees it, and so does death."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def try_once(self) -> bool:
        """Lock the file if it is free."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait(self) -> None:
        """Lock the file, however long it takes."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def give_back(self) -> None:
        """Free the lock, or give up waiting for it."""
        os.close(self._descriptor)


class _Waiting:
    """A thread that waits for a ticket in the kernel's queue, and drops it if nobody wants it any more.

    `flock` knows no time-out, and asking again and again would lose the place in the queue.
    """

    def __init__(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._here, self._decision = threading.Event(), threading.Lock()
        self._given_up = False
        threading.Thread(target=self._wait, name="ticket-queue", daemon=True).start()

    def _wait(self) -> None:
        self._ticket.wait()
        with self._decision:
            if self._given_up:
                self._ticket.give_back()
            self._here.set()

    def for_seconds(self, seconds: float) -> bool:
        """Whether the ticket came in time. If not, the thread gives it back when it comes."""
        try:
            self._here.wait(seconds)
        except BaseException:
            self._give_up()
            raise
        if not self._here.is_set():
            self._give_up()
            return False
        return True

    def _give_up(self) -> None:
        """Want the ticket no more, also if it comes in this moment."""
        with self._decision:
            self._given_up = True
            if self._here.is_set():
                self._ticket.give_back()


def take(path: str, *, until: float) -> Ticket:
    """Lock this file by `until` on the monotonic clock. Raises `Busy` if somebody holds it for longer."""
    ticket = Ticket(path)
    try:
        if ticket.try_once():
            return ticket
    except BaseException:
        ticket.give_back()
        raise
    if not _Waiting(ticket).for_seconds(max(0.0, until - time.monotonic())):
        raise Busy
    return ticket
