"""Whole files that were fetched from a store on another machine, for decoders: kept as long as there is room.

A file is fetched under a private name, compared with its digest while it is written, and only then gets its name. One
that is in use is locked and stays; of the others those go first that nobody used for the longest time.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from apps.evidence.store_contract import DigestMismatch, StoreFull, StoreUnavailable

UNFINISHED = ".part"


class FetchedFiles:
    """A folder of fetched files, of `most_bytes` together at most. Any number of processes may use it at once."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    @contextlib.contextmanager
    def file(self, digest: str, size: int, fetch: Callable[[], Iterator[bytes]], *, scratch: Path) -> Iterator[Path]:
        """A path of the file called `digest`, of `size` bytes, which are fetched only if it is not here yet.

        What does not fit in is written to `scratch` and not kept. Raises DigestMismatch, StoreFull, and what `fetch`
        raises.
        """
        path = self._folder / digest
        held = _held(path)
        if held is None:
            if not self._make_room(size):
                _write(scratch / digest, digest, size, fetch)
                yield scratch / digest
                return
            held = self._fetched(path, digest, size, fetch)
        try:
            os.utime(held)
            yield path
        finally:
            os.close(held)

    def forget(self, digest: str) -> None:
        """Remove this computer's copy of a file that is no longer to be kept. Who reads it now reads it to the end."""
        (self._folder / digest).unlink(missing_ok=True)

    def _fetched(self, path: Path, digest: str, size: int, fetch: Callable[[], Iterator[bytes]]) -> int:
        unfinished = self._folder / f"{uuid.uuid4().hex}{UNFINISHED}"
        try:
            _write(unfinished, digest, size, fetch)
            held = _held(unfinished)
            if held is None:
                raise StoreUnavailable("A fetched file was taken away before it could be used.")
            unfinished.rename(path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        return held

    def _make_room(self, size: int) -> bool:
        """Remove what nobody uses until `size` more bytes fit in. False if they cannot."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = []
        for entry in os.scandir(self._folder):
            with contextlib.suppress(FileNotFoundError):
                state = entry.stat(follow_symlinks=False)
                found.append((state.st_mtime, state.st_size, Path(entry.path)))
        room = self._most_bytes - sum(bytes_ for _used, bytes_, _path in found)
        for _used, bytes_, path in sorted(found):
            # A writer that was killed left its lock free; what it had written is of no use to anybody.
            if (room < size or path.suffix == UNFINISHED) and _remove_unused(path):
                room += bytes_
        return room >= size


def _write(path: Path, digest: str, size: int, fetch: Callable[[], Iterator[bytes]]) -> None:
    seen = hashlib.sha256()
    try:
        with path.open("xb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH)
            if size:
                # The room is taken before the transfer begins, so that two fetchers see each other's.
                os.posix_fallocate(handle.fileno(), 0, size)
            for piece in fetch():
                seen.update(piece)
                handle.write(piece)
    except OSError as error:
        kind = StoreFull if error.errno in {errno.ENOSPC, errno.EDQUOT} else StoreUnavailable
        raise kind(f"The folder for fetched files answered: {os.strerror(error.errno or errno.EIO)}.") from error
    if seen.hexdigest() != digest:
        raise DigestMismatch("The store sent other bytes than the object's name says.")
    path.chmod(0o400)


def _held(path: Path) -> int | None:
    """A descriptor of the file that keeps it from being removed; None if it is not there."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    fcntl.flock(fd, fcntl.LOCK_SH)
    if os.fstat(fd).st_nlink:
        return fd
    os.close(fd)  # it was removed before it was locked
    return None


def _remove_unused(path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
            return True
        except BlockingIOError:
            return False
        finally:
            os.close(fd)
    return False
