"""200 slow uplinks beside everything else: `make bench BENCH=uplinks`.

Two hundred senders at 250 kB/s each keep the `uploads` process busy. Meanwhile HEAD is asked of it, and pages of a
`web` process on the same database; the pages are compared with the same pages before the senders came. The peer (Node)
gets the same senders and the same HEADs.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import shutil
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.upload import say
from tests.bench.upload_clients import Connection, Target
from tests.bench.upload_servers import Ours, Peer, Served, memory_of_group

UPLINKS = 200
RATE = 250_000
TICK_S = 0.2
LENGTH = 64_000_000


class Uplinks:
    """The senders: one thread that gives each its share five times a second."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._socks: list[socket.socket] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send)
        self.sent = 0

    def __enter__(self) -> Uplinks:
        for _number in range(UPLINKS):
            connection = Connection(self._target)
            path = create(self._target, connection, LENGTH)
            connection.begin_patch(path, LENGTH)
            connection.sock.setblocking(False)
            self._socks.append(connection.sock)
        self._thread.start()
        return self

    def _send(self) -> None:
        piece = os.urandom(int(RATE * TICK_S))
        while not self._stop.is_set():
            began = time.monotonic()
            for sock in self._socks:
                with contextlib.suppress(BlockingIOError):
                    self.sent += sock.send(piece)
            time.sleep(max(0.0, TICK_S - (time.monotonic() - began)))

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for sock in self._socks:
            sock.close()


def create(target: Target, connection: Connection, length: int) -> str:
    """Open an upload; returns its path."""
    headers = {"Upload-Length": length, "Upload-Metadata": target.metadata_header, "Content-Length": 0}
    return urlsplit(connection.request("POST", target.path, headers)["location"]).path


def p95(times: list[float]) -> float:
    """Milliseconds."""
    return statistics.quantiles(times, n=20)[-1] * 1000


def ask(target: Target, method: str, path: str, seconds: float, pause: float) -> list[float]:
    """Ask again and again on one connection; how long each answer took."""
    times = []
    connection = Connection(target)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        started = time.perf_counter()
        connection.request(method, path, {})
        times.append(time.perf_counter() - started)
        time.sleep(pause)
    connection.close()
    return times


def heads(server: Served, seconds: float) -> tuple[float, float]:
    """p95 of HEAD under all uplinks, and megabytes of memory that one of them costs."""
    server.clear()
    target = server.target()
    connection = Connection(target)
    path = create(target, connection, 1000)
    connection.close()
    before = memory_of_group(server.group)
    with Uplinks(target) as uplinks:
        time.sleep(1)
        times = ask(target, "HEAD", path, seconds, 0.02)
        each = (memory_of_group(server.group) - before) / UPLINKS / 1e6
        carried = uplinks.sent
    if carried < 0.5 * UPLINKS * RATE * seconds:
        say(f"The senders only got {carried / seconds / 1e6:.0f} MB/s through.")
    return p95(times), each


@contextlib.contextmanager
def folder_of_the_run() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="bench-uplinks-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    seconds = parser.parse_args().seconds
    started = time.perf_counter()
    with folder_of_the_run() as folder:
        with Ours(folder / "ours") as ours:
            web = ours.web()
            ask(web, "GET", "/", 2, 0.02)
            idle = p95(ask(web, "GET", "/", seconds, 0.02))
            results: dict[str, float] = {}
            thread = threading.Thread(target=lambda: results.update(page=p95(ask(web, "GET", "/", seconds + 1, 0.02))))
            thread.start()
            head, each = heads(ours, seconds)
            thread.join()
        with Peer(folder / "peer") as peer:
            peers_head, peers_each = heads(peer, seconds)
    say(f"{'':34}{'ours':>9}{'peer':>9}")
    say(f"{'HEAD p95, ms':34}{head:9.1f}{peers_head:9.1f}")
    say(f"{'memory for each upload, MB':34}{each:9.2f}{peers_each:9.2f}")
    say(f"{'page p95, ms: idle':34}{idle:9.1f}")
    say(f"{'page p95, ms: with uplinks':34}{results['page']:9.1f}")
    ratios = {
        "head_p95_ms": round(head, 2),
        "page_p95": round(results["page"] / idle, 2),
        "mb_an_upload": round(each, 2),
        "head_p95_vs_peer": round(head / peers_head, 2),
    }
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    took = round(time.perf_counter() - started)
    say(json.dumps({"bench": "uplinks", "machine": machine, "ratios": ratios, "seconds": took}))


if __name__ == "__main__":
    main()
