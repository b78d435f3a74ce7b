"""Evidence in a folder: write-once files, mode 0440, named by digest.

An object comes into being by one `link` of a file that is complete, durable and read back already. A crash at any
point therefore leaves either no object or the whole one, and at worst a forgotten name in `incoming/`. `link` never
replaces a name, so two writers cannot overwrite each other.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import stat as stat_module
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import FileIO
from pathlib import Path

from apps.evidence.store_contract import (
    PIECE,
    DigestMismatch,
    Examination,
    MissingObject,
    ObjectStat,
    Stored,
    StoreFull,
    StoreUnavailable,
    derivative_key,
    digest_of_key,
    original_key,
)

FOLDER_MODE = 0o750
FILE_MODE = 0o440
NO_HARD_LINK = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}


class FolderStore:
    """An EvidenceStore in one folder of one file system. See `EvidenceStore` for the promises."""

    locks = False
    staged_for = timedelta(0)
    """The object is a second name of the staged file, or a copy that was read back: nothing is gained by keeping it."""

    def __init__(self, root: Path, *, links: bool = True) -> None:
        """`links=False`: what is taken in is copied also on the same disk, so that it does not rot with its source."""
        self.root = root
        self._links = links

    @property
    def name(self) -> str:
        return f"file://{self.root}"

    def examine(self) -> Examination:
        found = Examination()
        if not self.root.is_dir():
            raise StoreUnavailable("The evidence folder is not there.")
        if not os.access(self.root, os.W_OK | os.X_OK):
            found.refusals.append("The portal may not write into the evidence folder.")
        found.warnings.append(
            "Whoever administers this computer can delete what lies in a folder. Keep a copy elsewhere."
        )
        return found

    def adopt(self, path: Path, digest: str) -> Stored:
        with _own_errors():
            return self._hold(path, original_key(digest))

    def put_derivative(self, path: Path) -> Stored:
        with _own_errors():
            with path.open("rb") as handle:
                digest = hashlib.file_digest(handle, "sha256").hexdigest()
            return self._hold(path, derivative_key(digest))

    def open_range(self, key: str, start: int, end: int) -> Iterator[bytes]:
        return _pieces(self._open(key), start, end)

    @contextlib.contextmanager
    def local_file(self, key: str, *, scratch: Path) -> Iterator[Path]:
        self.stat(key)
        yield self.root / key

    def read_back(self, key: str) -> str:
        with _own_errors():
            try:
                return _digest_from_medium(self.root / key)[0]
            except FileNotFoundError as error:
                raise self._missing(key) from error

    def size(self, key: str) -> int:
        return self.stat(key).size

    def stat(self, key: str) -> ObjectStat:
        with _own_errors():
            try:
                found = (self.root / key).lstat()
            except FileNotFoundError as error:
                raise self._missing(key) from error
            return ObjectStat(
                size=found.st_size,
                written_at=datetime.fromtimestamp(found.st_mtime, UTC),
                locked=not stat_module.S_IMODE(found.st_mode) & 0o222,
            )

    def exists(self, key: str) -> bool:
        try:
            self.stat(key)
        except MissingObject:
            return False
        return True

    def locked_until(self, key: str) -> datetime | None:
        self.stat(key)
        return None

    def keep(self, key: str, *, until: datetime, held: bool | None) -> datetime | None:
        self.stat(key)
        return None

    def remove(self, key: str) -> bool:
        target = self.root / key
        with _own_errors():
            try:
                target.unlink()
            except FileNotFoundError as error:
                missing = self._missing(key)
                if isinstance(missing, StoreUnavailable):
                    raise missing from error
                return False
            _sync(target.parent)
        return True

    def clear_unfinished(self, *, older_than: timedelta) -> int:
        limit = time.time() - older_than.total_seconds()
        cleared = 0
        with _own_errors(), contextlib.suppress(FileNotFoundError):
            for left in (self.root / "incoming").iterdir():
                with contextlib.suppress(FileNotFoundError):
                    # ctime: the link was made then; mtime is the sender's last byte and may be old.
                    if left.lstat().st_ctime < limit:
                        left.unlink()
                        cleared += 1
        return cleared

    # -- inside ------------------------------------------------------------------------------------------------------

    def _hold(self, path: Path, key: str) -> Stored:
        target = self.root / key
        if not target.exists():
            incoming = self._bring_in(path)
            try:
                size = _check_and_lock(incoming, digest_of_key(key))
                if self._publish(incoming, target):
                    return Stored(key, digest_of_key(key), size)
            finally:
                incoming.unlink(missing_ok=True)
        return self._equal(path, key)

    def _bring_in(self, path: Path) -> Path:
        """Give the file a second, private name in the store: a hard link where that can be, else a copy."""
        folder = self.root / "incoming"
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        incoming = folder / uuid.uuid4().hex
        try:
            if not self._links:
                raise OSError(errno.EXDEV, "copied on purpose")
            os.link(path, incoming, follow_symlinks=False)
        except OSError as error:
            if error.errno not in NO_HARD_LINK:
                raise
            try:
                with path.open("rb") as source, incoming.open("xb") as target:
                    shutil.copyfileobj(source, target, 1024 * 1024)
            except BaseException:
                incoming.unlink(missing_ok=True)
                raise
        return incoming

    def _publish(self, incoming: Path, target: Path) -> bool:
        """Give the checked file its final name. False if another writer was first."""
        target.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        try:
            os.link(incoming, target, follow_symlinks=False)
        except FileExistsError:
            return False
        self._sync_folders(target)
        return target.samefile(incoming)

    def _equal(self, path: Path, key: str) -> Stored:
        """An object was there already. Read it back, and the file as well, unless they are one and the same."""
        target = self.root / key
        digest = digest_of_key(key)
        size = _check_and_lock(target, digest)
        if path.exists() and not path.samefile(target) and _digest_from_medium(path)[0] != digest:
            raise DigestMismatch("The file is not what its digest says; it was not taken in.")
        self._sync_folders(target)
        return Stored(key, digest, size)

    def _sync_folders(self, target: Path) -> None:
        """Make the name durable, and the folders that lead to it: their maker may have died before that."""
        for folder in target.parents:
            _sync(folder)
            if folder == self.root:
                break

    def _open(self, key: str) -> FileIO:
        with _own_errors():
            try:
                fd = os.open(self.root / key, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            except FileNotFoundError as error:
                raise self._missing(key) from error
            return FileIO(fd)

    def _missing(self, key: str) -> MissingObject | StoreUnavailable:
        if not self.root.is_dir():
            # A disk that is not mounted is no proof that the object is gone.
            return StoreUnavailable("The evidence folder is not there.")
        return MissingObject(f"There is no object {key}.")


def _pieces(handle: FileIO, start: int, end: int) -> Iterator[bytes]:
    # A file object, not a bare descriptor: it closes also where nobody ever asks for the first piece.
    with handle:
        while start < end:
            with _own_errors():
                piece = os.pread(handle.fileno(), min(PIECE, end - start), start)
            if not piece:
                return
            yield piece
            start += len(piece)


def _check_and_lock(path: Path, digest: str) -> int:
    """Read the file back, take away the right to write it, and return its size in bytes."""
    found, size = _digest_from_medium(path)
    if found != digest:
        raise DigestMismatch("The bytes are not what their digest says.")
    if stat_module.S_IMODE(path.lstat().st_mode) != FILE_MODE:
        path.chmod(FILE_MODE)
        _sync(path)
    return size


def _digest_from_medium(path: Path) -> tuple[str, int]:
    """SHA-256 and size of what the disk holds, after it holds everything. Never follows a link in the last place."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(fd, "rb") as handle:
        os.fsync(fd)
        # Clean pages are dropped, else the answer would come from memory.
        os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        return hashlib.file_digest(handle, "sha256").hexdigest(), os.fstat(fd).st_size


def _sync(path: Path) -> None:
    """fsync a file or a folder by its name."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextlib.contextmanager
def _own_errors() -> Iterator[None]:
    """Turn the system's errors into the store's. FileNotFoundError of the caller's own file passes."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        kind = StoreFull if error.errno in {errno.ENOSPC, errno.EDQUOT} else StoreUnavailable
        raise kind(f"The evidence folder answered: {os.strerror(error.errno or errno.EIO)}.") from error
