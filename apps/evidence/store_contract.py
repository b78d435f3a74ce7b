"""What a store of evidence promises, and the names of the objects in it. `storage` opens one that keeps the promise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

PIECE = 256 * 1024
"""Bytes that `open_range` yields at most at a time."""


class StoreError(Exception):
    """Something is wrong with the store or with an object in it."""


class StoreUnavailable(StoreError):
    """The store cannot be reached, is full or refuses to write. Nothing was lost; the same call may succeed later."""


class StoreFull(StoreUnavailable):
    """There is no room left."""


class ObjectLocked(StoreUnavailable):
    """The store keeps this object from being removed still; the same call may succeed later."""


class MissingObject(StoreError):
    """There is no object under this key."""


class DigestMismatch(StoreError):
    """The bytes are not those that their digest names: a changed source, or a changed object in the store."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store holds: its key, the SHA-256 (hexadecimal) under which it was read back, its size in bytes, and
    which version of the object that is (empty in a store that keeps one)."""

    key: str
    digest: str
    size: int
    version: str = ""


@dataclass(frozen=True, slots=True)
class ObjectStat:
    """Size in bytes, time of the last write (UTC) and whether the store refuses writers."""

    size: int
    written_at: datetime
    locked: bool


@dataclass(slots=True)
class Examination:
    """What was found out about a store, in sentences.

    `refusals` say why no evidence may be written there, `warnings` what is weaker than it could be.
    """

    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class EvidenceStore(Protocol):
    """What every store promises. Every method raises StoreUnavailable when the store does not answer."""

    @property
    def name(self) -> str:
        """What tells this store from another one. Holds no key or password."""
        ...

    @property
    def staged_for(self) -> timedelta:
        """How long after the seal the file that was taken in stays in staging."""
        ...

    @property
    def locks(self) -> bool:
        """Whether objects can be locked until a time."""
        ...

    def examine(self) -> Examination:
        """Try what the store promises. Writes no evidence. Raises StoreUnavailable if it does not answer."""
        ...

    def adopt(self, path: Path, digest: str) -> Stored:
        """Hold the file at `path` as the original called `digest`: durable, read back from the store, then locked.

        Repeating it changes nothing: an object that is there already is read back instead, and `path` may then be
        gone. `path` itself stays; its owner removes it once the seal is recorded. Raises DigestMismatch if the file or
        the object there is not `digest`, StoreFull, FileNotFoundError if neither file nor object exists.
        """
        ...

    def put_derivative(self, path: Path) -> Stored:
        """Hold the file at `path` as a derivative under its own digest, by the same promises as `adopt`."""
        ...

    def open_range(self, key: str, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes `start` up to, not including, `end` in pieces of at most `PIECE` bytes.

        Raises MissingObject at once, not at the first piece.
        """
        ...

    def local_file(self, key: str, *, scratch: Path) -> AbstractContextManager[Path]:
        """A path that a decoder may read. Stores that are not on this machine fetch the object into `scratch`."""
        ...

    def read_back(self, key: str) -> str:
        """Read the whole object from the medium and return its SHA-256. Raises MissingObject."""
        ...

    def size(self, key: str) -> int:
        """Size in bytes. Raises MissingObject."""
        ...

    def stat(self, key: str) -> ObjectStat:
        """What the store knows about the object. Raises MissingObject."""
        ...

    def exists(self, key: str) -> bool:
        """Whether an object is there. It does not say that its content is right: `read_back` does."""
        ...

    def locked_until(self, key: str) -> datetime | None:
        """Until when (UTC) nobody at all can remove the object; None in a store whose locks have no end of their own.

        Raises MissingObject.
        """
        ...

    def keep(self, key: str, *, until: datetime, held: bool | None) -> datetime | None:
        """Lock the object at least until then (UTC), and beyond that as long as it is `held`. Returns the lock's end.

        A lock is made longer and never shorter; a store may choose a later end. `held=None` leaves a hold as it is.
        Repeating it changes nothing. A store without such locks does nothing and returns None. Raises MissingObject.
        """
        ...

    def remove(self, key: str) -> bool:
        """Remove an object whose lock ended; False if there is none. Repeating it changes nothing.

        Raises ObjectLocked while the store keeps it. Who calls this has made sure that nothing needs the bytes.
        """
        ...

    def clear_unfinished(self, *, older_than: timedelta) -> int:
        """Remove what writers that died left half done, and return how many. Never touches an object."""
        ...


def original_key(digest: str) -> str:
    """The key of the original with this digest."""
    return _key("originals", digest)


def derivative_key(digest: str) -> str:
    """The key of the derivative with this digest."""
    return _key("derivatives", digest)


def _key(shelf: str, digest: str) -> str:
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError("A digest is 64 hexadecimal digits in lower case.")
    return f"{shelf}/{digest[:2]}/{digest[2:4]}/{digest}"


def digest_of_key(key: str) -> str:
    """The digest that a key names."""
    return key.rpartition("/")[2]
