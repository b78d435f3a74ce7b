"""Keep a journal of what this process has made durable, and move its clock by STORM_CLOCK_S.

Loaded by Python itself where PYTHONPATH names this folder.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from typing import Any


def _kept(sync: Callable[[Any], None], journal: int) -> Callable[[Any], None]:
    def synced(file: Any) -> None:
        fd = file if isinstance(file, int) else file.fileno()
        before = os.fstat(fd)
        said: dict[str, Any] = {"inode": before.st_ino, "size": before.st_size}
        if stat.S_ISDIR(before.st_mode):
            said = {"folder": os.readlink(f"/proc/self/fd/{fd}"), "names": os.listdir(fd)}  # noqa: PTH115, PTH208
        sync(file)
        os.write(journal, json.dumps(said).encode() + b"\n")

    return synced


if "STORM_JOURNAL" in os.environ:
    _journal = os.open(os.environ["STORM_JOURNAL"], os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.fsync = _kept(os.fsync, _journal)  # type: ignore[assignment]
    os.fdatasync = _kept(os.fdatasync, _journal)  # type: ignore[assignment]

if "STORM_CLOCK_S" in os.environ:
    from datetime import UTC, datetime, timedelta

    import time_machine

    time_machine.travel(datetime.now(UTC) + timedelta(seconds=int(os.environ["STORM_CLOCK_S"])), tick=True).start()
