"""Run the processes of a Procfile for development, and leave nothing behind, however it ends.

Two processes of ours watch each other. The *front* belongs to the terminal and only passes signals on; the *keeper*, in
a session of its own, starts the services and ends them. Either notices the other's death, even by SIGKILL: the kernel
sends the keeper SIGTERM when the front dies, and the front adopts the keeper's children when the keeper dies. Because
both adopt orphans, everything that a service has started (a decoder, say) stays a descendant that can be found.
"""

from __future__ import annotations

import contextlib
import os
import select
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

from scripts import family
from scripts.leash import die_with
from scripts.terminal import Stop

GRACE_S = 4.0  # for what a service has in hand; with the queue's and the killing it stays below ten seconds
QUEUE_GRACE_S = 2.0
DEATHS, DEATHS_WITHIN_S = 5, 60.0
COLORS = (36, 32, 33, 35, 34, 31)
CLOSING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Service(NamedTuple):
    """One line of a Procfile."""

    name: str
    command: str


class Household(NamedTuple):
    """What the keeper keeps: the services, in which folder and environment, and who has to be there first."""

    services: Sequence[Service]
    env: Mapping[str, str]
    folder: Path
    is_ready: Callable[[str], bool] = lambda _: True  # asked for the first service before the others start
    greeting: str = ""
    alone_first: Sequence[str] = ()  # services that start before the rest, which waits until `others_may`
    others_may: Callable[[], bool] = lambda: True
    once: frozenset[str] = frozenset()  # services that end by themselves when they have done their work


def supervise(prepare: Callable[[], Household]) -> int:
    """Call `prepare` and run what it returns until somebody ends it. Returns the exit code.

    The first Ctrl-C, SIGTERM, SIGHUP or death of our parent stops the services; a second signal kills them. `prepare`
    runs in the keeper, so that what it starts ends with us too; a `Stop` from it is printed as its sentence.
    """
    parent, front = os.getppid(), os.getpid()
    told: list[float] = []
    family.adopt_orphans()
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, CLOSING)
    sys.stdout.flush()
    keeper = os.fork()
    if keeper == 0:
        _be_keeper(front, blocked, prepare)
    for number in CLOSING:
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup's wish is respected
            signal.signal(number, lambda *_: _pass_on(keeper, told))
    die_with(parent, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    code = _await(keeper, told)
    left = family.kill_descendants()
    if left:
        _say(f"These processes could not be ended: {', '.join(map(str, left))}.")
    if code < 0:
        _say(f"The supervisor was ended by {signal.Signals(-code).name}; everything it had started is ended too.")
    return code if code >= 0 else 1


def _pass_on(keeper: int, told: list[float]) -> None:
    told.append(time.monotonic())
    with contextlib.suppress(ProcessLookupError):
        os.kill(keeper, signal.SIGTERM)


def _await(keeper: int, told: list[float]) -> int:
    """Wait for the keeper's end; pass a closed terminal on as if it were a signal.

    The kernel hangs up on the leader of the session alone. Where that is make (a window opened for this one command),
    make waits for us and nobody tells us: so we look.
    """
    window = select.poll()
    for fd in (1, 2):
        window.register(fd, 0)
    while True:
        if told:
            time.sleep(0.1)
        elif window.poll(300):
            _pass_on(keeper, told)
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:  # adopted children are reaped on the way
            if ended[0] == keeper:
                return os.waitstatus_to_exitcode(ended[1])


def _be_keeper(front: int, mask: set[int | signal.Signals], prepare: Callable[[], Household]) -> NoReturn:
    """The life of the keeper; never returns into the front's code."""
    code = 1
    try:
        os.setsid()
        family.adopt_orphans()
        for number in CLOSING:
            signal.signal(number, lambda *_: _leave_at_once())
        die_with(front, signal.SIGTERM)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        code = Keeper(prepare()).keep()
    except Stop as reason:
        _say(str(reason))
    finally:
        family.kill_descendants()
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        os._exit(code)


def _leave_at_once() -> NoReturn:
    """Before the services run there is nothing to hand over: set-up and migration may be killed at any point."""
    family.kill_descendants()
    os._exit(0)


def _say(sentence: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone
        print(sentence, flush=True)


class Keeper:
    """Starts the services, relays what they say, tells who ended, and ends them all in order."""

    def __init__(self, household: Household) -> None:
        self.household = household
        self.running: dict[int, Service] = {}
        self.voices = selectors.DefaultSelector()
        self.half_lines: dict[int, bytes] = {}
        self.deaths: dict[str, deque[float]] = {service.name: deque() for service in household.services}
        self.due: list[tuple[float, Service]] = []
        self.signals = 0
        self.code = 0
        self.width = max(len(service.name) for service in household.services)
        self.colored = sys.stdout.isatty()

    def keep(self) -> int:
        """Run until a signal, or until one service ends again and again. Returns the exit code."""
        for number in CLOSING:
            signal.signal(number, self._note_signal)
        first, *others = self.household.services
        self._start(first)
        deadline = time.monotonic() + 15
        while not self.signals and not self.household.is_ready(first.name) and time.monotonic() < deadline:
            self._turn(0.1)
        alone = [service for service in others if service.name in self.household.alone_first]
        self._start_all(alone)
        while not self.signals and not self.household.others_may():
            self._turn(0.2)
            self._start_again()
        self._start_all([service for service in others if service not in alone])
        if not self.signals:
            _say(self.household.greeting)
        while not self.signals:
            self._turn(0.5)
            self._start_again()
        self._end(first)
        return self.code

    def _start_all(self, services: Sequence[Service]) -> None:
        for service in services:
            if not self.signals:
                self._start(service)

    def _note_signal(self, *_: object) -> None:
        self.signals += 1

    def _start(self, service: Service) -> None:
        process = family.start(
            ["/bin/sh", "-c", f"exec {service.command}"],
            env=self.household.env,
            cwd=self.household.folder,
            output=subprocess.PIPE,
        )
        process.returncode = 0  # we reap for ourselves, orphans included
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        self.voices.register(process.stdout, selectors.EVENT_READ, service)
        self.running[process.pid] = service

    def _turn(self, seconds: float) -> None:
        """Relay what is said within `seconds`, and notice who has ended."""
        for key, _ in self.voices.select(seconds):
            self._relay(key)
        for pid, code in family.reap():
            service = self.running.pop(pid, None)
            if service is not None and not self.signals:
                self._mourn(service, code)

    def _relay(self, key: selectors.SelectorKey) -> None:
        said = os.read(key.fd, 65536)
        *lines, rest = (self.half_lines.pop(key.fd, b"") + said).split(b"\n")
        if rest and (not said or len(rest) > 65536):
            lines, rest = [*lines, rest], b""
        for line in lines:
            self._print(key.data, line.decode("utf-8", "replace"))
        if said:
            self.half_lines[key.fd] = rest
        else:
            self.voices.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]

    def _print(self, service: Service, line: str) -> None:
        label = f"{service.name:{self.width}} |"
        if self.colored:
            label = f"\033[{COLORS[self.household.services.index(service) % len(COLORS)]}m{label}\033[0m"
        _say(f"{label} {line}")

    def _mourn(self, service: Service, code: int) -> None:
        if code == 0 and service.name in self.household.once:
            return
        if code > 0 and service.name in self.household.once:
            self._end_of_a_failed_task(service)
            return
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        now = time.monotonic()
        deaths = self.deaths[service.name]
        deaths.append(now)
        while now - deaths[0] > DEATHS_WITHIN_S:
            deaths.popleft()
        if len(deaths) >= DEATHS:
            _say(f"The process “{service.name}” {how}, for the {DEATHS}th time within a minute: everything stops.")
            self.signals, self.code = 1, 1
            return
        _say(f"The process “{service.name}” {how}; it is started again.")
        self.due.append((now + 1.0, service))

    def _end_of_a_failed_task(self, service: Service) -> None:
        """It has said why; it would fail in the same way again. Without it, those that wait for it never start."""
        if self.household.others_may():
            _say(f"The process “{service.name}” failed and is not started again; the rest goes on.")
            return
        _say(f"The process “{service.name}” failed: everything stops.")
        self.signals, self.code = 1, 1

    def _start_again(self) -> None:
        for due in [due for due in self.due if due[0] <= time.monotonic()]:
            self.due.remove(due)
            self._start(due[1])

    def _end(self, first: Service) -> None:
        """Everything but the first service ends before it: workers hand back to the queue what they hold."""
        _say("Stopping …")
        self._ask_to_end([pid for pid, service in self.running.items() if service != first], GRACE_S)
        queue = [pid for pid, service in self.running.items() if service == first]
        family.kill_descendants(but=queue, seconds=1.0)
        self._turn(0)
        self._ask_to_end(queue, QUEUE_GRACE_S)
        family.kill_descendants(seconds=1.0)
        self._turn(0)
        _say("Everything has stopped.")

    def _ask_to_end(self, pids: Sequence[int], seconds: float) -> None:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + seconds
        while self.signals < 2 and time.monotonic() < deadline and any(pid in self.running for pid in pids):
            self._turn(0.1)
