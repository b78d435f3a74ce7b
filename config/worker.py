"""gunicorn's threaded worker, with deadlines: a thread that waits for a slow sender serves nobody else.

gunicorn waits without end once the first byte of a request is here. A hundred half-sent headers stopped the portal.
"""

from __future__ import annotations

import socket
import struct
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from config.settings.components.environment import env

HEADER_SECONDS = env.float("HEADER_SECONDS", default=5.0)  # from a first byte to the end of its headers
# A body that is no upload: so long, and a second more for each so many bytes. `/files/` has its own pace (uploads).
BODY_SECONDS, BODY_BYTES_PER_SECOND = env.float("BODY_SECONDS", default=20.0), 16 * 1024
# A reader that takes nothing for so long is cut off; a player that was paused asks again where it stopped.
SEND_SECONDS = 120


class DeadlineSocket(socket.socket):
    """A socket whose `recv` ends at a deadline: as if the sender had left (headers), or with TimeoutError (body)."""

    deadline: float | None = None
    in_headers = False

    @classmethod
    def around(cls, plain: socket.socket) -> DeadlineSocket:
        """Take the connection over from `plain`."""
        mine = cls(plain.family, plain.type, plain.proto, fileno=plain.detach())
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", SEND_SECONDS, 0))
        return mine

    def lift_deadline(self) -> None:
        """The caller keeps time himself."""
        self.deadline = None

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """At most `size` bytes. Raises TimeoutError when a body is late."""
        if self.deadline is None:
            return super().recv(size, flags)
        left, before = self.deadline - time.monotonic(), self.gettimeout()
        if left <= 0:
            return self._late()
        self.settimeout(left if before is None else min(left, before))
        try:
            received = super().recv(size, flags)
        except TimeoutError:
            if before is not None and before < left:
                raise
            return self._late()
        finally:
            self.settimeout(before)
        if not self.in_headers:
            self.deadline += len(received) / BODY_BYTES_PER_SECOND
        return received

    def _late(self) -> bytes:
        if self.in_headers:
            return b""
        raise TimeoutError("the body came too slowly")


class DeadlineWorker(ThreadWorker):  # type: ignore[misc]
    """Gives each connection a DeadlineSocket and sets its deadlines. The process that serves has a pool."""

    def load_wsgi(self) -> None:
        """Load the portal. Not in config/wsgi.py: whoever only imported that would get a pool as well."""
        # Here: after a reload the process has other settings than the one that it came from.
        from config.sharing import share_connections

        share_connections()
        super().load_wsgi()

    def enqueue_req(self, conn: Any) -> None:
        """Hand a connection to a thread."""
        if not isinstance(conn.sock, DeadlineSocket):
            conn.sock = DeadlineSocket.around(conn.sock)
        super().enqueue_req(conn)

    def handle(self, conn: Any) -> Any:
        """Read a request and answer it, in a thread."""
        conn.sock.in_headers = True
        conn.sock.deadline = time.monotonic() + HEADER_SECONDS
        try:
            return super().handle(conn)
        finally:
            conn.sock.lift_deadline()

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request whose headers are here."""
        conn.sock.in_headers = False
        conn.sock.deadline = time.monotonic() + BODY_SECONDS
        try:
            return super().handle_request(req, conn)
        finally:
            conn.sock.lift_deadline()
