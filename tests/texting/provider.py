"""A real server on loopback that speaks the part of Twilio's REST API that the portal uses."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class Provider(ThreadingHTTPServer):
    """`manners` is what it answers next: (status, code), or "drop" to take the text and hang up."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.manners: list[tuple[int, int] | str] = []
        self.taken: list[dict[str, str]] = []
        self.keys: list[str] = []


class _Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.keys.append(base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode())
        manner = self.server.manners.pop(0) if self.server.manners else None
        fields = {name: values[0] for name, values in parse_qs(body).items()} | {"path": self.path}
        if manner is None or manner == "drop":
            self.server.taken.append(fields)
        if manner == "drop":
            self.close_connection = True
            self.connection.close()
            return
        status, code = (201, 0) if manner is None else manner
        said = json.dumps({"sid": "SM1"} if manner is None else {"code": code, "status": status}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def handle(self) -> None:
        with suppress(OSError, ValueError):
            super().handle()

    def log_message(self, *_words: object) -> None:
        """Quiet."""


@contextmanager
def provider() -> Iterator[Provider]:
    """One that runs."""
    server = Provider()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
