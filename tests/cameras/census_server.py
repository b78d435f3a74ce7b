"""A small real server that speaks the Census geocoder's JSON, and can speak it badly."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


def match(
    label: str = "1127 LIVE OAK LN, TALLAHASSEE, FL, 32303", x: Any = -84.2775, y: Any = 30.4585
) -> dict[str, Any]:
    """One entry of `addressMatches`, as the Census Bureau writes it."""
    return {
        "tigerLine": {"side": "L", "tigerLineId": "630831"},
        "coordinates": {"x": x, "y": y},
        "addressComponents": {"zip": "32303", "streetName": "LIVE OAK", "city": "TALLAHASSEE", "state": "FL"},
        "matchedAddress": label,
    }


class CensusServer:
    """`answer` is what it says next: matches, bytes as they are, or a word for how it behaves badly."""

    def __init__(self) -> None:
        self.asked: list[dict[str, list[str]]] = []
        self.answer: Any = [match()]
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(parse_qs(urlsplit(self.path).query))
                outer.speak(self)

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def speak(self, handler: BaseHTTPRequestHandler) -> None:
        answer = self.answer
        try:
            if answer == "silent":
                time.sleep(6)
                return
            if answer == "one byte a second":
                handler.wfile.write(b"HTTP/1.0 200 OK\r\n")
                for letter in b"X-Slow: " + b"y" * 20:
                    handler.wfile.write(bytes([letter]))
                    handler.wfile.flush()
                    time.sleep(0.5)
                return
            if answer == "hangs up":
                handler.connection.close()
                return
            body = answer if isinstance(answer, bytes) else json.dumps({"result": {"addressMatches": answer}}).encode()
            handler.send_response(self.status)
            handler.send_header("Location", f"{self.url}/elsewhere")
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(body) + (50 if answer == b"{" else 0)))
            handler.end_headers()
            handler.wfile.write(body)
        except OSError:
            return  # the portal had enough

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
