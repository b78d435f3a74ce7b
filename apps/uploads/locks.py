"""One writer an upload, across threads and processes.

The writer holds a `flock` on the staging file; the kernel frees it with the process, however that dies. A newcomer sets
a shared record lock on the file's first byte, which the writer's loop asks for after each block: it stands for "please
stop", and it too vanishes with its process, so that no stale marker can stop anybody.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import time
from pathlib import Path
from types import TracebackType

from django.utils.translation import gettext as _

from apps.uploads.errors import Gone, Locked

PATIENCE_S = 2.0
_POLL_S = 0.01


def _first_byte(kind: int) -> bytes:
    # struct flock on 64-bit Linux: l_type, l_whence, l_start, l_len, l_pid (0 for open-file-description locks)
    return struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 1, 0)


class WriteLock:
    """The right to write one staging file, as a context manager.

    Entering raises Locked when the holder did not stop within `patience` seconds (0: do not even ask) and Gone when
    there is no file.
    """

    def __init__(self, path: Path, *, patience: float = PATIENCE_S) -> None:
        self._path = path
        self._patience = patience
        self._fd = -1

    def __enter__(self) -> WriteLock:
        try:
            self._fd = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise Gone(_("This upload is no longer here. Please start it again.")) from None
        try:
            self._wait()
        except BaseException:
            os.close(self._fd)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)

    def _take(self) -> bool:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(self) -> None:
        if self._take():
            return
        if self._patience > 0:
            fcntl.fcntl(self._fd, fcntl.F_OFD_SETLK, _first_byte(fcntl.F_RDLCK))
            try:
                deadline = time.monotonic() + self._patience
                while time.monotonic() < deadline:
                    time.sleep(_POLL_S)
                    if self._take():
                        return
            finally:
                with contextlib.suppress(OSError):
                    fcntl.fcntl(self._fd, fcntl.F_OFD_SETLK, _first_byte(fcntl.F_UNLCK))
        raise Locked(_("Another connection is still sending this file."))

    def asked_to_stop(self) -> bool:
        """Whether a newcomer waits for this lock."""
        answer = fcntl.fcntl(self._fd, fcntl.F_OFD_GETLK, _first_byte(fcntl.F_WRLCK))
        return bool(struct.unpack("hhqqi4x", answer)[0] != fcntl.F_UNLCK)
