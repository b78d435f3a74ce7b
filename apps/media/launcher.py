"""The only way to run a decoder: starts a confined child, enforces its time limit, and reads its output and result.

A child has its own session and standard streams, so that no orphan holds the worker's pipes; it dies with the worker.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from apps.media import confinement
from apps.media.errors import MediaError, MediaInterrupted, MediaTimeout, SliceOver, Unconfined, Undecodable

MIB = 1024 * 1024
GIB = 1024 * MIB
ANSWER_MOST = 1 * MIB
VOICE_MOST = 16 * 1024
LOOK_SECONDS = 0.5
MayGoOn = Callable[[], bool]
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
LOADERS = ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1")


class Budget(NamedTuple):
    """What one run may use: wall-clock seconds, bytes of address space, bytes of the largest file it writes.

    `processor` seconds, where they are worked out, are the file's own fault: their end is final. Without them as many
    as the wall clock allows.
    """

    seconds: float
    processor: float = 0
    memory: int = 2 * GIB
    output: int = 64 * MIB
    idle: bool = False


def run_ffmpeg(
    command: Sequence[str],
    *,
    source: Path,
    folder: Path,
    budget: Budget,
    may_go_on: MayGoOn | None = None,
    readable: Sequence[str] = (),
) -> None:
    """Run ffmpeg, or another program, with `command` (its first word). It reads `source` and writes into `folder`.

    `readable` are folders that it may read besides. `may_go_on` is asked once, when the run has used up its first slice
    of processor time. Raises `Undecodable` where the file is at fault, `MediaTimeout`, `MediaInterrupted`,
    `Unconfined`, and `SliceOver` if it may not go on.
    """
    program = str(Path(command[0]).resolve())
    _run(
        {"kind": "ffmpeg", "command": [program, *command[1:]]},
        source=source,
        folder=folder,
        budget=budget,
        readable=(*LIBRARIES, *readable),
        programs=(program, *(str(Path(loader).resolve()) for loader in LOADERS if Path(loader).exists())),
        may_go_on=may_go_on,
    )


def run_reader(
    kind: str, *, source: Path, folder: Path, budget: Budget, readable: Sequence[str] = (), **job: Any
) -> dict[str, Any]:
    """Run a reader of ours (`probe`, `sound`, `still`, …) on `source` and return what it wrote, if it is JSON.

    `readable` are files that it may read besides. The answer comes from a process that has read hostile bytes: the
    caller checks each value. Raises as `run_ffmpeg`.
    """
    code = (*_python_code(), *readable)
    _run({"kind": kind, **job}, source=source, folder=folder, budget=budget, readable=code, programs=())
    answer = _read_answer(folder / "answer.json")
    if "error" in answer:
        raise Undecodable(
            str(answer["error"]),
            detail=str(answer.get("detail", ""))[:200],
            name_differs=bool(answer.get("name_differs")),
        )
    return answer


@functools.cache
def _python_code() -> tuple[str, ...]:
    """Folders of code that a reader may load late: Python's own library and two packages, none of the project."""
    paths = sysconfig.get_paths()
    packages = {Path(paths[kind]) for kind in ("purelib", "platlib")}
    names = ("av", "av.libs", "PIL", "pillow.libs")
    return (paths["stdlib"], *(str(folder / name) for folder in sorted(packages) for name in names), *LIBRARIES)


def ffmpeg_binary() -> str:
    """Path of the ffmpeg that the settings name. Raises `MediaInterrupted` where there is none."""
    found = shutil.which(settings.FFMPEG_BINARY)
    if found is None:
        raise MediaInterrupted("launch", detail="ffmpeg is not installed")
    return found


def _run(
    job: dict[str, Any],
    *,
    source: Path,
    folder: Path,
    budget: Budget,
    readable: Sequence[str],
    programs: Sequence[str],
    may_go_on: MayGoOn | None = None,
) -> None:
    source = source.resolve(strict=True)
    limits = confinement.Limits(
        memory=budget.memory,
        cpu_seconds=int(budget.processor or budget.seconds * (os.cpu_count() or 1)) + 5,
        output=budget.output,
    )
    rules = {
        "readable": [str(source), *readable],
        "writable": str(folder),
        "programs": list(programs),
        "limits": limits._asdict(),
    }
    job = {
        **job,
        "source": str(source),
        "folder": str(folder),
        "parent": os.getpid(),
        "idle": budget.idle,
        "allow_unconfined": bool(settings.MEDIA_ALLOW_UNCONFINED),
        "rules": rules,
    }
    command = [sys.executable, "-P", *(["-S"] if job["kind"] == "ffmpeg" else ["-s"])]
    command += ["-m", "apps.media.confined", json.dumps(job)]
    try:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=_environment(folder),
            close_fds=True,
            start_new_session=True,
        )
    except OSError as problem:
        raise MediaInterrupted("launch", detail=str(problem)) from problem
    voice = _watch(child, seconds=budget.seconds, may_go_on=may_go_on)
    if child.returncode == -signal.SIGXCPU and budget.processor:
        raise Undecodable("time", detail="processor")
    _judge(child.returncode, voice)


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the worker's own environment: it holds the secrets."""
    return {
        "PYTHONPATH": str(settings.BASE_DIR),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": "/nonexistent",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
    }


def _watch(child: subprocess.Popen[bytes], *, seconds: float, may_go_on: MayGoOn | None) -> str:
    """Wait for the end, keep the last words, and kill the whole session at the deadline or when we are interrupted."""
    begun = time.monotonic()
    deadline = begun + seconds
    words = b""
    assert child.stderr is not None  # noqa: S101 - Popen was asked for a pipe
    try:
        with selectors.DefaultSelector() as ears:
            ears.register(child.stderr, selectors.EVENT_READ)
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise MediaTimeout
                if may_go_on and _used(child.pid, begun) > settings.MEDIA_SLICE_SECONDS:
                    if not may_go_on():
                        raise SliceOver
                    may_go_on = None
                if ears.select(min(left, LOOK_SECONDS) if may_go_on else left):
                    heard = os.read(child.stderr.fileno(), 65536)
                    if not heard:
                        break
                    words = (words + heard)[-VOICE_MOST:]
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired as late:
            raise MediaTimeout from late
    finally:
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        child.stderr.close()
    return words.decode("utf-8", "replace")


def _used(pid: int, begun: float) -> float:
    """Processor seconds of the run so far. It waits for others too: a fourth of the wall clock counts at least."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
    except (OSError, ValueError, IndexError):
        ticks = 0
    return max(ticks / os.sysconf("SC_CLK_TCK"), (time.monotonic() - begun) / 4)


def _judge(code: int, voice: str) -> None:
    """Turn an exit code into the error that says what to do next."""
    if code == 0:
        return
    detail = voice[-400:]
    if code == confinement.NO_CONFINEMENT_EXIT and confinement.NO_CONFINEMENT_MARK in voice:
        raise Unconfined(detail=detail)
    if code in (-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP):
        raise MediaInterrupted(detail=detail)
    if code == -signal.SIGXCPU:
        raise MediaTimeout(detail=detail)
    if code == -signal.SIGXFSZ or "File too large" in voice:
        raise Undecodable("output_too_large", detail=detail)
    if "Cannot allocate memory" in voice or "MemoryError" in voice:
        raise Undecodable("memory", detail=detail)
    if "No space left on device" in voice:
        raise MediaInterrupted("launch", detail=detail)
    if code < 0:
        raise Undecodable("crashed", detail=f"signal {-code}")
    raise Undecodable("no_result", detail=detail)


def read_result(path: Path, *, most: int) -> bytes:
    """What a confined child wrote to `path`, up to `most` bytes; it may have put a link there. Raises `Undecodable`."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            return file.read(most)
    except OSError as problem:
        raise Undecodable("no_result", detail="no answer") from problem


def _read_answer(path: Path) -> dict[str, Any]:
    try:
        answer = json.loads(read_result(path, most=ANSWER_MOST))
    except (ValueError, RecursionError) as problem:
        raise Undecodable("no_result", detail="no answer") from problem
    if not isinstance(answer, dict):
        raise Undecodable("no_result", detail="no answer")
    return answer


__all__ = ["Budget", "MediaError", "ffmpeg_binary", "read_result", "run_ffmpeg", "run_reader"]
