"""A line between the portal and an object store that breaks in a way the test chooses.

It passes requests on as they are: signatures stay true, because the name that was asked for stays in them.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

ERROR = b'<?xml version="1.0"?><Error><Code>InternalError</Code><Message>We failed.</Message></Error>'


@dataclass(slots=True)
class Line:
    """Where the portal sends its requests. `fault` takes a request over, or returns False and lets it pass."""

    url: str = ""
    fault: Callable[[Request], bool] | None = None
    over: threading.Event = field(default_factory=threading.Event)
    seen: int = 0


class Request(BaseHTTPRequestHandler):
    """One request on the line."""

    protocol_version = "HTTP/1.1"
    line: Line
    store: str

    def work(self) -> None:
        self.line.seen += 1
        if self.line.fault is None or not self.line.fault(self):
            self.answer(*self.passed_on())

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = work  # noqa: N815 - the names of the base class

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def passed_on(self, body: bytes | None = None) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the store says: status, headers, body."""
        asked = http.client.HTTPConnection(urlsplit(self.store).netloc, timeout=30)
        with contextlib.closing(asked):
            headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
            asked.request(self.command, self.path, self.body() if body is None else body, headers)
            said = asked.getresponse()
            return said.status, said.getheaders(), said.read()

    def answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, said: int | None = None) -> None:
        """Answer with this body; `said` is the length that is claimed, where it is not the body's own."""
        self.send_response_only(status)
        kept = {"content-length", "transfer-encoding", "connection"}
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        for name, value in headers:
            if name.lower() not in kept:
                self.send_header(name, value)
        length = lengths[0] if self.command == "HEAD" and lengths else str(len(body) if said is None else said)
        if status != 204:
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def hang_up(self) -> bool:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        return True

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def line_to(store: str) -> Iterator[Line]:
    """A line to the store at this address, whole at first."""
    line = Line()
    kind = type("RequestOnThisLine", (Request,), {"line": line, "store": store})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    line.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield line
    finally:
        line.over.set()
        server.shutdown()
        server.server_close()


# What can go wrong. Each returns True when it has answered, or has hung up.


def hangs_up(request: Request) -> bool:
    """The line is cut while the request is on its way."""
    request.rfile.read(min(1000, int(request.headers.get("Content-Length") or 0)))
    return request.hang_up()


def cut_after_it_was_done(request: Request) -> bool:
    """The store does what was asked, and its answer is lost."""
    request.passed_on()
    return request.hang_up()


def says_error_in_200(request: Request) -> bool:
    """The answer looks well, and its body says that nothing was done."""
    request.body()
    request.answer(200, [("Content-Type", "application/xml")], ERROR)
    return True


def fails(request: Request) -> bool:
    request.body()
    request.answer(500, [("Content-Type", "application/xml")], ERROR)
    return True


def is_too_busy(request: Request) -> bool:
    request.body()
    request.answer(503, [("Content-Type", "application/xml")], ERROR.replace(b"InternalError", b"SlowDown"))
    return True


def sends_half(request: Request) -> bool:
    """The answer ends before the length that it named."""
    status, headers, body = request.passed_on()
    request.answer(status, headers, body[: len(body) // 2], said=len(body))
    return request.hang_up()


def sends_half_and_waits(request: Request) -> bool:
    """The answer stops, and the line stays open."""
    status, headers, body = request.passed_on()
    request.answer(status, headers, body[: len(body) // 2], said=len(body))
    request.wfile.flush()
    request.line.over.wait(60)
    return request.hang_up()


def changes_what_comes_back(request: Request) -> bool:
    status, headers, body = request.passed_on()
    request.answer(status, headers, body[:-1] + bytes([body[-1] ^ 1]) if body else body)
    return True


def changes_what_is_sent(request: Request) -> bool:
    body = request.body()
    request.answer(*request.passed_on(body[:-1] + bytes([body[-1] ^ 1]) if body else body))
    return True


def of(method: str, fault: Callable[[Request], bool]) -> Callable[[Request], bool]:
    """The fault for requests of this method alone."""
    return lambda request: request.command == method and fault(request)


def kills(pid: int, number: int) -> Callable[[Request], bool]:
    """Kill the writer once the store has done what its `number`th request asks, and before it is told."""
    seen = 0

    def fault(request: Request) -> bool:
        nonlocal seen
        seen += 1
        if seen != number:
            return False
        request.passed_on()
        os.kill(pid, signal.SIGKILL)
        return request.hang_up()

    return fault
