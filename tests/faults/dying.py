"""Real deaths: an act runs in a forked process that kills itself with SIGKILL at its n-th change to the world.

What counts as a change is what the interpreter reports to its audit hook (files opened, linked, removed, processes
started, bytes sent) and each SQL statement. So every step is met, whether or not the author of a test knew of it.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connections

CHANGES = {
    "os.chmod",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "shutil.rmtree",
    "socket.sendto",
    "subprocess.Popen",
}


def die_at(number: int, act: Callable[[], object]) -> bool:
    """Run `act` in a child that dies just before its `number`th change. False if the act ended before that."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        _child(number, act)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL, "the act hung"
        return True
    assert os.WEXITSTATUS(status) == 0, "the act failed by itself"
    return False


def _child(number: int, act: Callable[[], object]) -> None:
    seen = 0

    def change() -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        opens = event == "open" and isinstance(args[0], str) and not args[0].endswith((".py", ".pyc", ".mo"))
        if event in CHANGES or opens:
            change()

    def statement(execute: Callable[..., Any], *args: Any) -> Any:
        change()
        return execute(*args)

    try:
        signal.alarm(60)
        sys.addaudithook(hook)
        with connections["default"].execute_wrapper(statement):
            act()
            connections.close_all()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
