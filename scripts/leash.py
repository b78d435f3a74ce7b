"""Become another program, on a leash: the kernel ends it when the process that started it dies.

Run as a file, isolated and without site packages, because it stands before every process that the scripts start:
`python -I -S scripts/leash.py <pid of the parent> <program> [argument …]`.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def prctl(option: int, value: int) -> None:
    """The kernel's prctl(2) with one argument. Raises `OSError`."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def die_with(parent: int, how: signal.Signals) -> None:
    """Be sent `how` when the process `parent`, which has to be our parent, dies; at once if it is dead already."""
    prctl(PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:
        os.kill(os.getpid(), how)


if __name__ == "__main__":
    die_with(int(sys.argv[1]), signal.SIGKILL)
    os.execvp(sys.argv[2], sys.argv[2:])
