"""One request to a witness, bounded in time: a witness that drips must not keep the others waiting."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from apps.witness.protocol import MOST_BYTES


class NoAnswer(Exception):
    """The witness cannot be reached, or says nothing that the protocol knows."""


class Deadline:
    """Shuts the connections made under it when the time is over: a time-out of a single read never ends a drip."""

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
    def left(self) -> float:
        """Seconds."""
        return max(self._until - time.monotonic(), 0.01)

    def connect(self, address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        """A connection that ends in time. A second handle stays here, because TLS takes the first one over."""
        made = socket.create_connection(address, timeout=self.left)
        made.settimeout(self.left)
        with self._lock:
            self._copies.append(made.dup())
        if time.monotonic() >= self._until:
            self._shut()
        return made

    def _shut(self) -> None:
        with self._lock:
            for copy in self._copies:
                with suppress(OSError):  # it is closed already
                    copy.shutdown(socket.SHUT_RDWR)


def fetch(address: str, deadline: Deadline, body: bytes | None = None) -> tuple[int, str, str]:
    """Status, content type and body; with a body it is a POST. Raises NoAnswer."""
    headers = {"User-Agent": "community-camera-portal", "Content-Type": "text/plain; charset=utf-8"}
    request = Request(address, body, headers)  # noqa: S310 - read_witness lets two schemes pass
    opener = build_opener(_NoRedirects, _Plain(deadline), _Secure(deadline))
    try:
        try:
            with opener.open(request, timeout=deadline.left) as answer:
                return answer.status, answer.headers.get_content_type(), answer.read(MOST_BYTES).decode()
        except HTTPError as refusal:
            with refusal:
                said = refusal.read(MOST_BYTES).decode(errors="replace")
            return refusal.code, refusal.headers.get_content_type(), said
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswer(f"it cannot be reached ({type(error).__name__}).") from error


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """A witness is where it was said to be."""


class _Plain(HTTPHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def http_open(self, req: Request) -> Any:
        return self.do_open(lambda host, **given: _bounded(HTTPConnection(host, **given), self._deadline), req)


class _Secure(HTTPSHandler):
    def __init__(self, deadline: Deadline) -> None:
        super().__init__()
        self._deadline = deadline

    def https_open(self, req: Request) -> Any:
        return self.do_open(lambda host, **given: _bounded(HTTPSConnection(host, **given), self._deadline), req)


def _bounded(connection: HTTPConnection, deadline: Deadline) -> HTTPConnection:
    connection._create_connection = deadline.connect  # type: ignore[attr-defined]
    return connection
