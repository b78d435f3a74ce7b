"""A recorder as its owner has it: a small HTTP server with the two addresses of Frigate that an exporter asks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit


class FrigateServer(ThreadingHTTPServer):
    """Serves `video` for each clip, and the segments of `recorded` by camera: (begins, ends, MiB)."""

    def __init__(self, video: Path, recorded: dict[str, list[tuple[float, float, float]]]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.video, self.recorded = video, recorded
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: FrigateServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append(parts.path)
        words = parts.path.strip("/").split("/")
        camera = words[1] if len(words) > 1 else ""
        if words[0] != "api" or camera not in self.server.recorded:
            self.send_error(404)
        elif words[2:] == ["recordings"]:
            asked = {name: float(value[0]) for name, value in parse_qs(parts.query).items()}
            rows: list[dict[str, Any]] = [
                {"start_time": begins, "end_time": ends, "segment_size": size, "duration": ends - begins}
                for begins, ends, size in self.server.recorded[camera]
                if ends >= asked["after"] and begins <= asked["before"]
            ]
            self._answer("application/json", json.dumps(rows).encode())
        elif words[2] == "start" and words[4] == "end" and words[6] == "clip.mp4":
            self._answer("video/mp4", self.server.video.read_bytes())
        else:
            self.send_error(404)

    def _answer(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_words: Any) -> None:
        """Nothing: the test says what went wrong."""


@contextmanager
def recording(video: Path, recorded: dict[str, list[tuple[float, float, float]]]) -> Iterator[FrigateServer]:
    """A recorder for the length of a test."""
    with FrigateServer(video, recorded) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
