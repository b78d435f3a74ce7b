"""Uploads beside `@tus/server` on Node, in one run: `make bench BENCH=upload`.

Ours is the product as it is deployed (gunicorn's threads, DEBUG off, SQLite with synchronous=FULL, fsync before each
204, ledger entry and evidence item at the end). The peer writes without ever calling fsync. Both get the same bytes
from the same client on the same disk, one after the other, several rounds in turn; the medians are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.upload_clients import Target, by_tus_js, by_tuspy, raw_many
from tests.bench.upload_servers import Ours, Peer, Served

MB = 1000 * 1000
MIB = 1024 * 1024


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    name: str
    bytes_each: int
    count: int
    run: Callable[[Target, Path], None]

    @property
    def total(self) -> int:
        return self.bytes_each * self.count


def say(line: str) -> None:
    """One line of the report, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def raw(bytes_each: int, count: int, part: int) -> Callable[[Target, Path], None]:
    return lambda target, file: raw_many(target, file, bytes_each, count=count, part=part)


CASES = [
    Case("1 × 500 MB, 8 MiB parts", 500 * MB, 1, raw(500 * MB, 1, 8 * MIB)),
    Case("1 × 500 MB, 64 MiB parts", 500 * MB, 1, raw(500 * MB, 1, 64 * MIB)),
    Case("8 × 128 MB", 128 * MB, 8, raw(128 * MB, 8, 64 * MIB)),
    Case("32 × 32 MB", 32 * MB, 32, raw(32 * MB, 32, 64 * MIB)),
    Case("tuspy, 500 MB", 500 * MB, 1, by_tuspy),
    Case("tus-js-client, 500 MB", 500 * MB, 1, by_tus_js),
]


@dataclass
class Measured:
    """Medians of one case on one server."""

    seconds: float
    cpu_seconds: float
    total: int

    @property
    def speed(self) -> float:
        """MB/s."""
        return self.total / MB / self.seconds

    @property
    def cpu_per_gb(self) -> float:
        return self.cpu_seconds / (self.total / MB / 1000)


def once(server: Served, case: Case, file: Path) -> tuple[float, float]:
    server.clear()
    target = server.target()
    cpu, started = server.cpu_seconds(), time.perf_counter()
    case.run(target, file)
    took = time.perf_counter() - started
    used = server.cpu_seconds() - cpu
    server.check(case.count, case.bytes_each)
    return took, used


def measure(servers: list[Served], case: Case, file: Path, rounds: int) -> list[Measured]:
    runs: list[list[tuple[float, float]]] = [[] for _ in servers]
    for _round in range(rounds):
        for at, server in enumerate(servers):
            runs[at].append(once(server, case, file))
    return [
        Measured(statistics.median(t for t, _ in mine), statistics.median(c for _, c in mine), case.total)
        for mine in runs
    ]


def fill(path: Path, size: int) -> None:
    """Bytes that no file system and no line can shorten."""
    block = os.urandom(8 * MIB)
    with path.open("wb") as handle:
        for start in range(0, size, len(block)):
            handle.write(block[: min(len(block), size - start)])
        os.fsync(handle.fileno())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="where the files go (default: the temporary folder)")
    parser.add_argument("--only", default="", help="cases whose name contains this")
    chosen = parser.parse_args()
    started = time.perf_counter()
    folder = Path(tempfile.mkdtemp(prefix="bench-upload-", dir=chosen.folder))
    file = folder / "source.bin"
    fill(file, 500 * MB)
    results: dict[str, list[Measured]] = {}
    try:
        with Ours(folder / "ours") as ours, Peer(folder / "peer") as peer:
            say(f"{'':26}{'ours MB/s':>11}{'peer MB/s':>11}{'ratio':>8}{'ours CPU s/GB':>15}{'peer':>7}")
            for case in CASES:
                if chosen.only not in case.name:
                    continue
                mine, theirs = results[case.name] = measure([ours, peer], case, file, chosen.rounds)
                say(
                    f"{case.name:26}{mine.speed:11.0f}{theirs.speed:11.0f}{mine.speed / theirs.speed:8.2f}"
                    f"{mine.cpu_per_gb:15.2f}{theirs.cpu_per_gb:7.2f}",
                )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    say(json.dumps(report(results, time.perf_counter() - started)))


def report(results: dict[str, list[Measured]], seconds: float) -> dict[str, object]:
    """The last line: ours over the peer's."""

    def speed(name: str) -> float | None:
        if name not in results:
            return None
        mine, theirs = results[name]
        return round(mine.speed / theirs.speed, 2)

    ratios = {
        "speed_1x500_8mib": speed("1 × 500 MB, 8 MiB parts"),
        "speed_1x500_64mib": speed("1 × 500 MB, 64 MiB parts"),
        "speed_8x128": speed("8 × 128 MB"),
        "speed_32x32": speed("32 × 32 MB"),
        "tuspy": speed("tuspy, 500 MB"),
        "tusjs": speed("tus-js-client, 500 MB"),
    }
    pairs = [results[name] for name in results if name.startswith("1 × 500")]
    if pairs:
        ratios["speed_1x500"] = round(
            sum(theirs.seconds for _, theirs in pairs) / sum(mine.seconds for mine, _ in pairs), 2
        )
        ratios["cpu_1x500"] = round(
            sum(mine.cpu_seconds for mine, _ in pairs) / sum(theirs.cpu_seconds for _, theirs in pairs), 2
        )
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    known = {name: ratio for name, ratio in ratios.items() if ratio is not None}
    return {"bench": "upload", "machine": machine, "ratios": known, "seconds": round(seconds)}


if __name__ == "__main__":
    main()
