"""A person at a terminal who types `make run`, and what is left when it has ended."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import socket
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from pathlib import Path

from tests.waiting import PATIENCE_S, wait_until

ROOT = Path(__file__).resolve().parents[2]
RUNS = "The portal runs at"


class Terminal:
    """`make run` on a pseudo-terminal of its own, with `data` as its data folder."""

    def __init__(self, data: Path, **more: str) -> None:
        self.data = data
        self.port = _free_port()
        self.env = {**os.environ, "DATA_DIR": str(data), "DEMO": "false", "UPLOAD_RESERVE_BYTES": "0", **more}
        for name in ("DATABASE_URL", "BROKER_URL", "DJANGO_SETTINGS_MODULE", "MAKEFLAGS", "MAKELEVEL", "CI"):
            self.env.pop(name, None)
        self._heard = bytearray()
        self._closing = threading.Event()

    def type_make_run(self, *words: str) -> None:
        """Start; what it says is heard from now on."""
        self._screen, slave = pty.openpty()
        self.make = subprocess.Popen(
            ["make", "run", *(words or [f"PORT={self.port}"])],
            cwd=ROOT,
            env=self.env,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self._heard.clear()
        self._closing.clear()
        self._ear = threading.Thread(target=self._listen, args=[self._screen], daemon=True)
        self._ear.start()

    def _listen(self, screen: int) -> None:
        # The device is closed here and nowhere else: a reader in read(2) would keep it open and nobody would hang up.
        with contextlib.suppress(OSError):
            while not self._closing.is_set():
                if select.select([screen], [], [], 0.1)[0]:
                    said = os.read(screen, 65536)
                    if not said:
                        break
                    self._heard += said
        os.close(screen)

    @property
    def said(self) -> str:
        """Everything that it has said so far."""
        return self._heard.decode("utf-8", "replace").replace("\r\n", "\n")

    def wait_for(self, is_so: Callable[[], object]) -> None:
        """Until `is_so`; fails with what was said."""
        wait_until(is_so, lambda: self.said)

    def wait_until_it_runs(self) -> None:
        """Until the greeting stands there and the web server answers."""
        self.wait_for(lambda: RUNS in self.said or self.make.poll() is not None)
        assert RUNS in self.said, self.said
        self.wait_for(self._answers)

    def _answers(self) -> bool:
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", self.port)) == 0

    def press_ctrl_c(self) -> None:
        os.write(self._screen, b"\x03")

    def close(self) -> None:
        """Close the window: the kernel hangs up on everybody in it."""
        self._closing.set()
        self._ear.join()

    def front(self) -> int:
        """The process that make waits for."""
        return _children(self.make.pid)[0]

    def keeper(self) -> int:
        """The process that keeps the services."""
        return _children(self.front())[0]

    def ours(self) -> dict[int, str]:
        """Every living process that knows the data folder: id and command line."""
        mark = os.fsencode(self.data)
        found = {}
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (process / "cmdline").read_bytes()
                state = (process / "stat").read_text().rpartition(")")[2].split()[0]
                if state not in "ZX" and (mark in command or mark in (process / "environ").read_bytes()):
                    found[int(process.name)] = command.replace(b"\0", b" ").decode("utf-8", "replace")
        return found

    def is_transcoding(self) -> bool:
        """An ffmpeg of ours runs, and not to say its version."""
        commands = [command.partition(" ") for command in self.ours().values()]
        return any("ffmpeg" in program and "-version" not in said for program, _blank, said in commands)

    def end_whatever_is_left(self) -> None:
        """After a failed test."""
        for pid in self.ours():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _children(parent: int) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[1]) == parent and fields[0] not in "ZX":
                found.append(int(process.name))
    return sorted(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sentences(said: str) -> list[str]:
    """What was said beside make's own last line."""
    return [line for line in said.splitlines() if line.strip() and not line.startswith("make: ***")]


def ended_with(terminal: Terminal) -> list[str]:
    """What a run said that refused to start."""
    assert terminal.make.wait(PATIENCE_S) != 0
    terminal.wait_for(lambda: "make: ***" in terminal.said)
    return sentences(terminal.said)


def give_video(terminal: Terminal, clip: Path) -> subprocess.Popen[bytes]:
    """An owner's video arrives at the portal in `terminal`; the work on it may begin before this process has ended."""
    program = "from tests.run.giving import give; import sys; give(sys.argv[1])"
    env = {**terminal.env, "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    return subprocess.Popen([sys.executable, "-c", program, str(clip)], cwd=ROOT, env=env)
