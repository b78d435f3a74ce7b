"""`make test`: checks, then every test: on PostgreSQL, on SQLite, with a real queue, on a real object store, in a real
browser, as `make run`.

PostgreSQL runs every test of units and services; SQLite those that a database can break (`tests/plugins/twice.py`), or
all of them where there is no PostgreSQL. Queue, store and `make run` mostly wait, so the queue, and store with
`make run`, run beside all others from the start.
`make test FAST=1` is for the edit loop: checks, and what the change touches, on SQLite.

The servers are ours, on the loopback or a socket below the temporary folder, and end with us. What could not run is
said in the closing lines; under CI=true that is a failure.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, NamedTuple, NoReturn

from scripts import browser, ceph, family, nginx
from scripts.check import check
from scripts.migrated import migrated_cluster
from scripts.places import PYTHON, ROOT, VENV
from scripts.postgres import FAST, NoPostgres
from scripts.setup import set_up
from scripts.terminal import ending
from scripts.touched import EVERYTHING, touched_tests

UNITS = "not queue and not s3 and not browser and not run"
# Many tests wait for a browser, a broker or another process, and other users of the machine can stall those. So few
# failures are tried once more, alone; what passes only then is named in the closing lines, what fails twice has failed.
TRY_AGAIN = 3
IN_PARALLEL = ["-n", "auto", "--dist", "worksteal"]
# Journeys, and tests that kill processes, wait as long as they work: one worker more keeps all processors busy.
WAITING = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal"]
LEFT_OUT = (
    "everything on PostgreSQL",
    "real queue and workers",
    "evidence in a real object store",
    "browser journeys",
    "make run and its endings",
)
_ENDING = threading.Event()


class Part(NamedTuple):
    """How one part of the run ended; `missing` says why it did not take place, `may_miss` that CI may go on."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    missing: str = ""
    may_miss: bool = False
    second_try: tuple[str, ...] = ()


def test(*, fast: bool) -> int:
    """Run everything, or with `fast` what a change touches, and print the closing lines. Returns the exit code."""
    family.adopt_orphans()
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, _leave)
    began = time.monotonic()
    set_up("test")
    folder = Path(tempfile.mkdtemp(prefix="portal-tests-"))
    try:
        parts = [_checks(), *(_touched(folder) if fast else _suites(folder))]
    finally:
        family.kill_descendants()
        shutil.rmtree(folder, ignore_errors=True)
    return _close(parts, time.monotonic() - began)


def _leave(number: int, _: object) -> NoReturn:
    """Ctrl-C and the like: nothing that we started stays. The folders are removed on the way out."""
    signal.signal(number, signal.SIG_IGN)
    _ENDING.set()
    family.kill_descendants()
    raise KeyboardInterrupt


def _checks() -> Part:
    _headline("Checks")
    began = time.monotonic()
    results = check()
    passed = sum(result.passed for result in results)
    return Part("checks", passed, len(results) - passed, seconds=time.monotonic() - began)


def _touched(folder: Path) -> list[Part]:
    marked, left_out, paths = f"{UNITS} and not commits", list(LEFT_OUT), touched_tests()
    if paths == [EVERYTHING]:
        marked, left_out = f"{marked} and not long", ["tests of many seconds", *left_out]
    units = _part("touched units and services on SQLite", marked, folder, *IN_PARALLEL, paths=paths)
    return [units, *(Part(name, missing="FAST=1 leaves it out") for name in left_out)]


def _suites(folder: Path) -> list[Part]:
    with ThreadPoolExecutor(2) as pool:
        beside = [pool.submit(_beside, parts, folder) for parts in (_queue, _store_and_run)]
        parts = [*_on_databases(folder), _journeys(folder)]
        for waiting in beside:
            ended, said = waiting.result()
            parts.extend(ended)
            print(said, flush=True)
    return parts


def _beside(parts: Callable[[Path, IO[str]], list[Part]], folder: Path) -> tuple[list[Part], str]:
    """What ran beside the others, and what it said meanwhile."""
    with tempfile.TemporaryFile("w+", dir=folder) as out:
        ended = parts(folder, out)
        out.seek(0)
        return ended, out.read()


def _on_databases(folder: Path) -> list[Part]:
    parts, name, marked = [], "what a database can break, on SQLite", f"both and {UNITS}"
    try:
        with migrated_cluster(["max_connections=200", *FAST]) as server:
            env = {"DATABASE_URL": server.url}
            parts.append(_part("units and services on PostgreSQL", UNITS, folder, *IN_PARALLEL, env=env))
    except NoPostgres as reason:
        parts.append(Part("units and services on PostgreSQL", missing=str(reason)))
        name, marked = "units and services on SQLite", UNITS
    return [*parts, _part(name, marked, folder, *WAITING)]


def _journeys(folder: Path) -> Part:
    chromium, reason_for_none = browser.fetch_chromium()
    if chromium is None:
        return Part("browser journeys", missing=reason_for_none)
    paths = _files_with("browser")
    return _part("browser journeys", "browser", folder, *WAITING, env={"CHROMIUM": chromium}, paths=paths)


def _queue(folder: Path, out: IO[str]) -> list[Part]:
    paths = _files_with("queue")
    return [_part("real queue and workers", "queue and not browser", folder, out=out, paths=paths)]


def _store_and_run(folder: Path, out: IO[str]) -> list[Part]:
    return [
        _object_store(folder, out),
        *_web_server(),
        _part("make run and its endings", "run", folder, out=out, paths=_files_with("run")),
    ]


def _object_store(folder: Path, out: IO[str]) -> Part:
    """Ceph's packages are unpacked once, below .cache; the tests start and end its servers.

    They are Debian's alone: a machine that lacks them, or cannot run them, is told so and does not fail for it.
    """
    name, reason_for_none = "evidence in a real object store", ceph.fetch() or ceph.why_not()
    if reason_for_none:
        return Part(name, missing=reason_for_none, may_miss=True)
    return _part(name, "s3", folder, out=out, paths=_files_with("s3"))


def _web_server() -> list[Part]:
    """The tests behind a real nginx are few, and run or are skipped among the units: here is said why they were."""
    reason_for_none = nginx.fetch()
    return [Part("several computers behind nginx", missing=reason_for_none, may_miss=True)] if reason_for_none else []


def _files_with(mark: str) -> list[str]:
    """The files that give a test this mark: a process that imports the others is a dozen seconds late."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return [str(path.relative_to(ROOT)) for path in files if f"mark.{mark}" in path.read_text()]


def _part(
    name: str,
    marked: str,
    folder: Path,
    *options: str,
    env: Mapping[str, str] = {},
    paths: Sequence[str] = ("tests",),
    out: IO[str] | None = None,
) -> Part:
    """One part of the run; a few tests that failed get a second try (`TRY_AGAIN`)."""
    cache = Path(tempfile.mkdtemp(prefix="c", dir=folder))
    remember = ["-o", f"cache_dir={cache}"]
    part = _pytest(name, marked, folder, *remember, *options, *paths, env=env, out=out)
    first = _last_failed(cache)
    if len(first) != part.failed or not 0 < part.failed <= TRY_AGAIN:
        return part
    again = _pytest(f"{name}, once more", marked, folder, *remember, "--last-failed", *paths, env=env, out=out)
    if again.passed + again.failed != part.failed:
        return part
    saved = tuple(sorted(first - _last_failed(cache)))
    seconds = part.seconds + again.seconds
    return Part(name, part.passed + again.passed, again.failed, part.skipped, seconds, second_try=saved)


def _last_failed(cache: Path) -> set[str]:
    remembered = cache / "v/cache/lastfailed"
    return set(json.loads(remembered.read_text())) if remembered.exists() else set()


def _pytest(
    name: str, marked: str, folder: Path, *options: str, env: Mapping[str, str] = {}, out: IO[str] | None = None
) -> Part:
    """One run of pytest with a data folder of its own; counts come from its report. It speaks to `out`."""
    if _ENDING.is_set():
        return Part(name, missing="the tests were ended")
    _headline(name[0].upper() + name[1:], out)
    began = time.monotonic()
    data = Path(tempfile.mkdtemp(prefix="d", dir=folder))
    report = data / "report.xml"
    done = subprocess.run(
        [PYTHON, "-m", "pytest", "-m", marked, f"--junitxml={report}", "--durations=5", *options],
        cwd=ROOT,
        env={
            **os.environ,
            "DATA_DIR": str(data),
            "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            **env,
        },
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=None if out is None else subprocess.STDOUT,
        check=False,
    )
    seconds = time.monotonic() - began
    if done.returncode == 5:
        return Part(name, seconds=seconds, missing="no test has its mark")
    if not report.exists():
        return Part(name, failed=1, seconds=seconds)
    suite = ElementTree.parse(report).getroot().find("testsuite")
    assert suite is not None
    total, failures, errors, skipped = (int(suite.get(key, 0)) for key in ("tests", "failures", "errors", "skipped"))
    failed = failures + errors
    if done.returncode != 0:
        failed = max(failed, 1)  # an internal error has no line in the report
    return Part(name, max(total - failures - errors - skipped, 0), failed, skipped, seconds)


def _headline(text: str, out: IO[str] | None = None) -> None:
    print(f"\n== {text} ==", file=out, flush=True)


def _close(parts: list[Part], seconds: float) -> int:
    strict = os.environ.get("CI", "").lower() in ("1", "true", "yes")
    _headline(f"Everything, {seconds:.0f} s")
    for part in parts:
        if part.missing:
            print(f"DID NOT RUN: {part.name}, because {part.missing}.")
        else:
            print(f"{part.name}: {part.passed} passed, {part.failed} failed, {part.seconds:.0f} s")
        for test_name in part.second_try:
            print(f"  passed at the second try only: {test_name}")
    missing = sum(bool(part.missing) and not part.may_miss for part in parts)
    failed = sum(part.failed for part in parts) + (missing if strict else 0)
    passed, skipped = (sum(getattr(part, key) for part in parts) for key in ("passed", "skipped"))
    if missing and strict:
        print("Under CI a part that did not run is a failure.")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    with ending():
        sys.exit(test(fast=bool(sys.argv[1:])))
