"""A time by which connections end: a time-out of a single read never ends a slow drip."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Self


class Deadline:
    """Shuts the connections that it watches when so many seconds are over. Used as a context."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self._copies: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for copy in self._copies:
                copy.close()
            self._copies.clear()

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() >= self._until

    @property
    def left(self) -> float:
        """Seconds, never none: a time-out of zero would not block at all."""
        return max(self._until - time.monotonic(), 0.01)

    def watch(self, connected: socket.socket) -> None:
        """End this connection in time. A second handle stays here, because TLS takes the first one over."""
        connected.settimeout(self.left)
        with self._lock:
            self._copies.append(connected.dup())
        if self.passed:
            self._shut()

    def _shut(self) -> None:
        with self._lock:
            for copy in self._copies:
                with suppress(OSError):  # it is closed already
                    copy.shutdown(socket.SHUT_RDWR)
