"""What a decoder may touch: applied by the child process to itself, before it sees the first byte of a video.

Only the standard library, no Django: this module is imported by the confined child and has to start fast.

Two guards stand behind each other. Landlock names the files: one that may be read, one folder that may be written, the
program that may be started. seccomp removes the calls that no decoder needs (sockets, processes, foreign memory).
Limits on memory, time, files and output come from the kernel too, so that no video can talk its way around them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
from collections.abc import Sequence
from typing import NamedTuple

from apps.media import syscalls

NO_CONFINEMENT_EXIT = 97
NO_CONFINEMENT_MARK = "confinement is not available: "

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on both machines
_RULE_PATH_BENEATH = 1
_ABI_VERSION_FLAG = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_REG, _TRUNCATE = 1 << 8, 1 << 14
# Rights that the kernel's version knows: number of the highest bit + 1, by ABI.
_RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_BOTH, _SCOPE_BOTH = 0b11, 0b11  # TCP bind and connect; abstract sockets and signals

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 1, 38, 22, 24
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_KEPT_CAPABILITIES = (1 << 1) | (1 << 2)  # DAC_OVERRIDE, DAC_READ_SEARCH: Landlock, not the mode bits, draws the line


class Limits(NamedTuple):
    """What one run may use. Bytes and seconds."""

    memory: int
    cpu_seconds: int
    output: int
    files: int = 64


class Rules(NamedTuple):
    """What one run may touch. `programs` may be started; everything in `readable` may be read and mapped."""

    readable: Sequence[str]
    writable: str
    programs: Sequence[str]
    limits: Limits


class ConfinementMissing(Exception):
    """The kernel, or what stands between it and us, does not offer Landlock or seccomp."""


_libc = ctypes.CDLL(None, use_errno=True)


def _call(number: int, *arguments: object) -> int:
    result = int(_libc.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _prctl(option: int, *arguments: int) -> None:
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    if _libc.prctl(ctypes.c_int(option), *padded) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def landlock_abi() -> int:
    """Version of Landlock that this kernel offers; raises `ConfinementMissing` where there is none."""
    if syscalls.machine() is None:
        raise ConfinementMissing("system call numbers of this machine are not known")
    try:
        return _call(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_ABI_VERSION_FLAG))
    except OSError as problem:
        raise ConfinementMissing(f"Landlock: {problem.strerror}") from problem


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies; leave at once if it has died already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limit(limits: Limits) -> None:
    """Set the kernel's limits. Also without Landlock they hold."""
    for what, value in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_FSIZE, limits.output),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (ceiling, ceiling))
    # Two ends: the signal of the first says that it was the time; the second would look like a kill from outside.
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    ends = (limits.cpu_seconds, limits.cpu_seconds + 5)
    resource.setrlimit(
        resource.RLIMIT_CPU, ends if hard == resource.RLIM_INFINITY else (min(ends[0], hard), min(ends[1], hard))
    )


def confine(rules: Rules) -> None:
    """Apply Landlock and seccomp to this process. This cannot be undone. Raises `ConfinementMissing` without either.

    Has to run while the process has one thread: both guards hold for the calling thread and what it starts.
    """
    abi = landlock_abi()
    try:
        if len(os.listdir("/proc/self/task")) != 1:  # noqa: PTH208 - pathlib would have to be imported by the child
            raise ConfinementMissing("the process has threads already")
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _drop_capabilities()
        _apply_landlock(abi, rules)
        _apply_seccomp(may_exec=bool(rules.programs))
    except OSError as problem:
        raise ConfinementMissing(str(problem)) from problem


def _drop_capabilities() -> None:
    """A worker that runs as root hands no power to the decoder. Ordinary users have none to drop."""
    header = struct.pack("<Ii", _CAPABILITY_VERSION_3, 0)
    data = ctypes.create_string_buffer(24)
    if _libc.capget(header, data) != 0:
        return
    _effective, permitted, _inheritable, _e, permitted_high, _i = struct.unpack("<6I", data.raw)
    if not permitted and not permitted_high:
        return
    for number in range(64):
        if not _KEPT_CAPABILITIES >> number & 1:
            # EINVAL: the kernel has no such capability; EPERM: no right to drop, and then none to gain either
            with contextlib.suppress(OSError):
                _prctl(_PR_CAPBSET_DROP, number)
    with contextlib.suppress(OSError):
        _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    kept = permitted & _KEPT_CAPABILITIES
    if _libc.capset(header, struct.pack("<6I", kept, kept, 0, 0, 0, 0)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities could not be dropped")


def _apply_landlock(abi: int, rules: Rules) -> None:
    handled = (1 << _RIGHTS_BY_ABI[min(abi, max(_RIGHTS_BY_ABI))]) - 1
    attributes = struct.pack("<QQQ", handled, _NET_BOTH if abi >= 4 else 0, _SCOPE_BOTH if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = _call(_CREATE_RULESET, attributes, ctypes.c_size_t(size), ctypes.c_uint32(0))
    for path in rules.readable:
        _allow_beneath(ruleset, path, _READ_FILE | (_READ_DIR if _is_folder(path) else 0))
    for path in rules.programs:
        _allow_beneath(ruleset, path, _READ_FILE | _EXECUTE)
    writing = _READ_FILE | _WRITE_FILE | _READ_DIR | _REMOVE_FILE | _MAKE_REG | _TRUNCATE
    _allow_beneath(ruleset, rules.writable, writing & handled)
    _call(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _is_folder(path: str) -> bool:
    return os.path.isdir(path)  # noqa: PTH112 - as above


def _allow_beneath(ruleset: int, path: str, rights: int) -> None:
    try:
        anchor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return  # a library folder that this distribution does not have
    try:
        rule = struct.pack("<Qi", rights, anchor)
        _call(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_RULE_PATH_BENEATH), rule, ctypes.c_uint32(0))
    finally:
        os.close(anchor)


def _apply_seccomp(*, may_exec: bool) -> None:
    code = syscalls.build_filter(pid=os.getpid(), may_exec=may_exec)
    buffer = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer)), 16)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))
