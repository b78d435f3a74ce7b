"""Evidence in an object store: versions that are read back, locked in compliance mode, and read by their id.

An object comes into being in four steps, each of which may be repeated: its bytes are sent as a new version, the
version is read back and compared, it is recorded, it is locked. Nothing counts before all four. A crash leaves at worst
a version that nobody recorded: the next try finds it, reads it back and goes on there.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import logging
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING

from apps.core.connections import let_go_of_connection
from apps.evidence.fetched_files import FetchedFiles
from apps.evidence.s3 import examination, locks, reading, sending
from apps.evidence.s3.connection import Connection
from apps.evidence.s3.examination import BucketExamination
from apps.evidence.s3.versions import Version, Versions
from apps.evidence.store_contract import (
    DigestMismatch,
    MissingObject,
    ObjectLocked,
    ObjectStat,
    Stored,
    StoreError,
    StoreUnavailable,
    derivative_key,
    digest_of_key,
    original_key,
)

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

logger = logging.getLogger(__name__)

ASK_SETTINGS_AFTER_SECONDS = 600
"""How long what the bucket said of versions and lock is believed."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How evidence is kept: how long a new original is locked, how long its staged file stays, how it is sent.

    `part_bytes` is the least size of a part; S3 takes no smaller ones than 5 MiB.
    """

    lock: timedelta = timedelta(days=30)
    staged: timedelta = timedelta(days=7)
    part_bytes: int = 16 * sending.MEBIBYTE


class S3Store:
    """An EvidenceStore in a bucket with versions and object lock. See `EvidenceStore` for the promises."""

    locks = True

    def __init__(self, connection: Connection, fetched: FetchedFiles, terms: Terms = Terms()) -> None:
        self._connection = connection
        self._fetched = fetched
        self._terms = terms
        self._versions = Versions(connection.address.name)
        self._lock = threading.Lock()
        self._examined: tuple[BucketExamination, float] | None = None

    @property
    def name(self) -> str:
        return self._connection.address.name

    @property
    def staged_for(self) -> timedelta:
        return self._terms.staged

    def adopt(self, path: Path, digest: str) -> Stored:
        key = original_key(digest)
        version = self._hold(path, key)
        self.keep(key, until=datetime.now(UTC) + self._terms.lock / 2, held=None)
        return Stored(key, digest, version.size, version.id)

    def put_derivative(self, path: Path) -> Stored:
        with _opened(path) as handle:
            digest = hashlib.file_digest(handle, "sha256").hexdigest()
        key = derivative_key(digest)
        # No lock: it can be made again, and it goes with its original.
        version = self._hold(path, key)
        return Stored(key, digest, version.size, version.id)

    def open_range(self, key: str, start: int, end: int) -> Iterator[bytes]:
        version = self._find(key)
        return reading.read(self._connection, key, version.id, start, min(end, version.size), version.size)

    @contextlib.contextmanager
    def local_file(self, key: str, *, scratch: Path) -> Iterator[Path]:
        version = self._find(key)
        let_go_of_connection()
        self._head(key, version)

        def fetch() -> Iterator[bytes]:
            return reading.read(self._connection, key, version.id, 0, version.size, version.size)

        with self._fetched.file(digest_of_key(key), version.size, fetch, scratch=scratch) as path:
            yield path

    def read_back(self, key: str) -> str:
        version = self._find(key)
        let_go_of_connection()
        return self._digest_of(key, version)

    def size(self, key: str) -> int:
        return self.stat(key).size

    def stat(self, key: str) -> ObjectStat:
        found = self._head(key, self._find(key))
        until = found.get("ObjectLockRetainUntilDate")
        dated = found.get("ObjectLockMode") == locks.COMPLIANCE and until is not None and until > datetime.now(UTC)
        return ObjectStat(
            size=found["ContentLength"],
            written_at=found["LastModified"].astimezone(UTC),
            locked=dated or found.get("ObjectLockLegalHoldStatus") == "ON",
        )

    def exists(self, key: str) -> bool:
        try:
            self.stat(key)
        except MissingObject:
            return False
        return True

    def locked_until(self, key: str) -> datetime | None:
        return locks.locked_until(self._connection, key, self._find(key).id)

    def keep(self, key: str, *, until: datetime, held: bool | None) -> datetime:
        version = self._find(key)
        let_go_of_connection()
        mode, now = locks.retention(self._connection, key, version.id)
        if mode != locks.COMPLIANCE or now < until:
            wanted = max(until, datetime.now(UTC) + self._terms.lock)
            now = locks.lock(self._connection, key, version.id, wanted)
        if held is None:
            held = locks.is_held(self._connection, key, version.id)
        else:
            locks.hold(self._connection, key, version.id, on=held)
        self._versions.note_lock(key, until=now, held=held)
        return now

    def remove(self, key: str) -> bool:
        self._fetched.forget(digest_of_key(key))
        version = self._versions.recorded(key)
        if version is None:
            return False
        let_go_of_connection()
        try:
            _mode, until = locks.retention(self._connection, key, version.id)
        except MissingObject:
            self._versions.forget(key, version)  # removed before, by a worker that died then
            return False
        if until > datetime.now(UTC) or locks.is_held(self._connection, key, version.id):
            raise ObjectLocked("The object is locked still.")
        with self._connection.own_errors(key):
            self._connection.client.delete_object(**self._connection.named(key, version.id))
        self._versions.forget(key, version)
        return True

    def clear_unfinished(self, *, older_than: timedelta) -> int:
        limit = datetime.now(UTC) - older_than
        address, client = self._connection.address, self._connection.client
        cleared = 0
        with self._connection.own_errors():
            pages = client.get_paginator("list_multipart_uploads").paginate(
                Bucket=address.bucket, Prefix=address.full_key("")
            )
            for upload in [one for page in pages for one in page.get("Uploads", [])]:
                if upload["Initiated"] < limit:
                    with contextlib.suppress(client.exceptions.NoSuchUpload):
                        client.abort_multipart_upload(
                            Bucket=address.bucket, Key=upload["Key"], UploadId=upload["UploadId"]
                        )
                        cleared += 1
        return cleared

    def examine(self) -> BucketExamination:
        """Try what the bucket promises, and remember it. Raises StoreUnavailable if it does not answer."""
        found = examination.examine(self._connection)
        with self._lock:
            self._examined = (found, time.monotonic())
        return found

    # -- inside ------------------------------------------------------------------------------------------------------

    def _safe(self) -> BucketExamination:
        """The examination of this process; the bucket's own settings are asked again after a while.

        Raises StoreUnavailable for a bucket that is not safe: evidence then waits in staging, whole.
        """
        with self._lock:
            known = self._examined
        if known is None:
            found = self.examine()
        else:
            found, asked = known
            if time.monotonic() - asked > ASK_SETTINGS_AFTER_SECONDS:
                found.refusals = examination.settings_refuse(self._connection)
                with self._lock:
                    self._examined = (found, time.monotonic())
        if found.refusals:
            with self._lock:
                self._examined = None
            raise StoreUnavailable(f"The evidence bucket is not safe: {' '.join(found.refusals)}")
        return found

    def _hold(self, path: Path, key: str) -> Version:
        known = self._safe()
        recorded = self._versions.recorded(key)
        if recorded is not None:
            with contextlib.suppress(MissingObject):
                return self._equal(path, key, recorded)
            logger.error("The recorded version of %s is gone from the store.", key)
            self._versions.forget(key, recorded)
        version = self._left_by_another(path, key) or self._sent(path, key, known)
        counts = self._versions.record(key, version)
        if counts.id != version.id:
            # Another writer of the same bytes was first. What nobody reads need not be kept, if our key may delete.
            self._remove(key, version)
        return counts

    def _equal(self, path: Path, key: str, version: Version) -> Version:
        """An object was there already. Read it back, and the file as well."""
        if self._digest_of(key, version) != digest_of_key(key):
            raise DigestMismatch("The object in the store is not what its digest says.")
        if path.exists():
            _compare(path, digest_of_key(key))
        return version

    def _sent(self, path: Path, key: str, known: BucketExamination) -> Version:
        digest = digest_of_key(key)
        with _opened(path) as handle:
            size = os.fstat(handle.fileno()).st_size
            part = self._terms.part_bytes
            id_ = sending.send(self._connection, key, handle, size, digest, part=part, sha256=known.sha256)
        if not id_:
            # A second answer to the same end of an upload names no version.
            id_ = next((found.id for found in reversed(self._versions_of(key))), "")
        if id_ in ("", "null"):
            self._examined = None
            raise StoreUnavailable("The store gave no version to what it received.")
        version = Version(id_, size)
        if self._digest_of(key, version) != digest:
            self._remove(key, version)
            raise DigestMismatch("The store gives back other bytes than it was sent.")
        return version

    def _left_by_another(self, path: Path, key: str) -> Version | None:
        """A version that holds what its key says, sent by a writer that died before it was recorded."""
        for version in self._versions_of(key):
            with contextlib.suppress(MissingObject):
                if self._digest_of(key, version) == digest_of_key(key):
                    if path.exists():
                        _compare(path, digest_of_key(key))
                    return version
        return None

    def _find(self, key: str) -> Version:
        """The recorded version; without a record, as after a restore, the first one that is locked."""
        recorded = self._versions.recorded(key)
        if recorded is not None:
            return recorded
        for version in self._versions_of(key):
            with contextlib.suppress(MissingObject):
                if locks.locked_until(self._connection, key, version.id) is not None:
                    return version
        raise self._connection.missing(key)

    def _versions_of(self, key: str) -> list[Version]:
        """All versions of the object, the first one first. Delete markers are none."""
        full = self._connection.address.full_key(key)
        with self._connection.own_errors():
            pages = self._connection.client.get_paginator("list_object_versions").paginate(
                Bucket=self._connection.address.bucket, Prefix=full
            )
            found = [one for page in pages for one in page.get("Versions", []) if one["Key"] == full]
        found.sort(key=lambda one: one["LastModified"])
        return [Version(one["VersionId"], one["Size"]) for one in found if one["VersionId"] != "null"]

    def _head(self, key: str, version: Version) -> HeadObjectOutputTypeDef:
        with self._connection.own_errors(key):
            return self._connection.client.head_object(**self._connection.named(key, version.id))

    def _digest_of(self, key: str, version: Version) -> str:
        """SHA-256 of what the store gives now, however long it is."""
        size = self._head(key, version)["ContentLength"]
        seen = hashlib.sha256()
        for piece in reading.read(self._connection, key, version.id, 0, size, size):
            seen.update(piece)
        return seen.hexdigest()

    def _remove(self, key: str, version: Version) -> None:
        """Remove a version that was never recorded, if that can be."""
        with contextlib.suppress(StoreError), self._connection.own_errors(key):
            self._connection.client.delete_object(**self._connection.named(key, version.id))


def _compare(path: Path, digest: str) -> None:
    with _opened(path) as handle:
        if hashlib.file_digest(handle, "sha256").hexdigest() != digest:
            raise DigestMismatch("The file is not what its digest says; it was not taken in.")


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    """The file, never through a link. FileNotFoundError passes; what else the disk says is the store's error."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as handle:
            yield handle
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreUnavailable(f"The staged file answered: {os.strerror(error.errno or errno.EIO)}.") from error
