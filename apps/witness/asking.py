"""One request to a witness, bounded in time: a witness that drips must not keep the others waiting."""

from __future__ import annotations

import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from apps.core.deadline import Deadline
from apps.witness.protocol import MOST_BYTES


class NoAnswer(Exception):
    """The witness cannot be reached, or says nothing that the protocol knows."""


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
    def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
        made = socket.create_connection(address, timeout=deadline.left)
        deadline.watch(made)
        return made

    connection._create_connection = connect  # type: ignore[attr-defined]
    return connection
