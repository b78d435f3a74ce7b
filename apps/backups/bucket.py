"""A bucket with a second copy of BACKUP_DIR: what is left when a whole building is lost.

Everything but the evidence goes there, sealed (`sealed_files`), and each file is read back once. Evidence has a bucket
of its own with object lock (BACKUP_EVIDENCE_URL). A backup of the database is whole there once its manifest is, which
goes last.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from django.conf import settings

from apps.backups import folders, manifest, postgresql
from apps.backups.manifest import NotWhole
from apps.backups.sealed_files import seal, unseal
from apps.core.bucket_address import read_address
from apps.core.durable import sync_folder
from apps.evidence.s3.connection import Connection
from apps.evidence.s3.opening import access_of_copies
from apps.evidence.storage import StoreUnavailable

_PART = 16 * 1024**2
_ONE_BY_ONE = TransferConfig(use_threads=False, multipart_threshold=_PART, multipart_chunksize=_PART)
_DATABASES, _WAL, _ERASURES = "databases", "wal", "erasures.jsonl"


def send(told: Callable[[str], None]) -> int:
    """Send what the bucket lacks, and remove there what is not kept any more; returns how many files went.

    Killed anywhere, the next run goes on. The caller is alone with the folder. Raises StoreUnavailable, NotWhole,
    OSError.
    """
    told("Sending the backups to the bucket.")
    top, sent = Path(settings.BACKUP_DIR), 0
    there = set(_names("files/")) | set(_names(f"{_WAL}/"))
    for folder in ("files", _WAL):
        for path in _files(top / folder):
            name = path.relative_to(top).as_posix()
            if name not in there or (path.suffix == ".partial" and _changed(name, path)):
                sent += _send(name, path)
    for backup in folders.whole():
        sent += _send_database(backup)
    if (top / _ERASURES).exists() and _changed(_ERASURES, top / _ERASURES):
        sent += _send(_ERASURES, top / _ERASURES)
    _prune(there)
    return sent


def fetch(name: str, told: Callable[[str], None]) -> Path:
    """Bring a backup of the database (the newest, without a name), log, files and erasures into BACKUP_DIR.

    What is there already stays. Returns the backup's folder, of which the manifest is checked. Raises NotWhole,
    StoreUnavailable, OSError.
    """
    whole = databases()
    if not whole or (name and name not in whole):
        raise NotWhole(f"There is no whole backup {name} in the bucket." if name else "The bucket holds no backup.")
    chosen = name or whole[-1]
    top, backup = Path(settings.BACKUP_DIR), folders.databases() / chosen
    told(f"Fetching {chosen}.")
    if not backup.exists():
        fresh = backup.with_name(f"{folders.UNFINISHED}{chosen}")
        for one in _names(f"{_DATABASES}/{chosen}/"):
            path = fresh / one.removeprefix(f"{_DATABASES}/{chosen}/")
            if one.endswith("/"):
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
            else:
                _fetch(one, path)
        folders.finish(fresh)
    for one in [*_names("files/"), *_names(f"{_WAL}/"), *_names(_ERASURES)]:
        _fetch(one, top / one)
    for partial in (top / _WAL).glob("*.partial"):
        if partial.with_suffix("").exists():
            partial.unlink()
    manifest.read(backup)
    return backup


def databases() -> list[str]:
    """The names of the backups that are whole in the bucket, the oldest first."""
    ends = f"/{manifest.NAME}"
    return sorted(PurePosixPath(name).parts[1] for name in _names(f"{_DATABASES}/") if _is_manifest(name, ends))


def _is_manifest(name: str, ends: str) -> bool:
    return name.endswith(ends) and len(PurePosixPath(name).parts) == 3


def _send_database(backup: Path) -> int:
    above = f"{_DATABASES}/{backup.name}"
    last = f"{above}/{manifest.NAME}"
    if last in _names(last):
        return 0
    there, sent = set(_names(f"{above}/")), 0
    for path in _files(backup):
        name = f"{above}/{path.relative_to(backup).as_posix()}"
        if name not in there and name != last:
            sent += _send(name, path)
    for path in backup.rglob("*"):  # a bucket has no folders, and PostgreSQL starts only with its empty ones
        if path.is_dir() and not any(path.iterdir()):
            _put_empty(f"{above}/{path.relative_to(backup).as_posix()}/")
    return sent + _send(last, backup / manifest.NAME)


def _send(name: str, path: Path) -> int:
    """1 if it went; 0 if the file went away: PostgreSQL's log in it was completed meanwhile."""
    where, hashed = _bucket(), hashlib.sha256()
    try:
        handle = path.open("rb")
    except FileNotFoundError:
        return 0
    with handle, where.own_errors():

        def content() -> Iterator[bytes]:
            while part := handle.read(_PART):
                hashed.update(part)
                yield part

        sealed: Any = _Stream(seal(name, content()))
        try:
            where.client.upload_fileobj(sealed, where.address.bucket, where.address.full_key(name), Config=_ONE_BY_ONE)
        except S3UploadFailedError as error:
            raise StoreUnavailable("The bucket of backups refused a file.") from error
    back = hashlib.sha256()
    for part in unseal(name, _sealed(name)):
        back.update(part)
    if back.digest() != hashed.digest():
        raise NotWhole(f"“{name}” came back from the bucket with other bytes than were sent.")
    return 1


def _fetch(name: str, path: Path) -> None:
    if path.exists() and path.suffix != ".partial":
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.fetched")
    with fresh.open("wb") as handle:
        for part in unseal(name, _sealed(name)):
            handle.write(part)
    fresh.replace(path)
    sync_folder(path.parent)


def _prune(there: Iterable[str]) -> None:
    kept = [backup.name for backup in folders.whole()]
    whole = databases()
    for name in whole[: -max(settings.BACKUPS_KEPT, 1)]:
        names = sorted(_names(f"{_DATABASES}/{name}/"), key=lambda one: not one.endswith(f"/{name}/{manifest.NAME}"))
        for one in names:  # the manifest first, so that what is half gone is not taken for a backup
            _remove(one)
    here = {path.name for path in folders.wal().glob("*")} if folders.wal().is_dir() else set()
    # A folder that lost its backups says nothing about which log the bucket's need.
    first = ""
    if here and kept and whole and kept[0] <= whole[0]:
        first = postgresql.first_segment(folders.whole()[0])
    for one in there:
        segment = one.removeprefix(f"{_WAL}/")
        if segment == one or segment in here:
            continue
        is_log = len(segment) >= len(first) > 0
        completed = segment.endswith(".partial") and segment.removesuffix(".partial") in here
        if completed or (is_log and segment[8:24] < first[8:24]):
            _remove(one)


def _remove(name: str) -> None:
    where = _bucket()
    with where.own_errors():
        where.client.delete_object(**where.named(name))


def _changed(name: str, path: Path) -> bool:
    """Whether the bucket has another copy than this one, or none."""
    if name not in _names(name):
        return True
    there = hashlib.sha256()
    for part in unseal(name, _sealed(name)):
        there.update(part)
    return path.exists() and there.hexdigest() != manifest.digest_of(path)[1]


def _put_empty(name: str) -> None:
    where = _bucket()
    with where.own_errors():
        where.client.put_object(**where.named(name), Body=b"")


def _sealed(name: str) -> Iterator[bytes]:
    where = _bucket()
    with where.own_errors(name):
        yield from where.client.get_object(**where.named(name))["Body"].iter_chunks(_PART)


def _names(prefix: str) -> list[str]:
    where, found = _bucket(), []
    with where.own_errors():
        pages = where.client.get_paginator("list_objects_v2").paginate(
            Bucket=where.address.bucket, Prefix=where.address.full_key(prefix)
        )
        for page in pages:
            found += [one["Key"].removeprefix(where.address.full_key("")) for one in page.get("Contents", [])]
    return found


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def _bucket() -> Connection:
    return _connection(settings.BACKUP_BUCKET_URL)


@lru_cache(maxsize=4)
def _connection(url: str) -> Connection:
    return Connection(read_address(url), access_of_copies())


class _Stream(io.RawIOBase):
    """A file to read, of what an iterator gives."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._kept = parts, bytearray()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._kept) < size:
            part = next(self._parts, None)
            if part is None:
                break
            self._kept += part
        wanted = bytes(self._kept if size < 0 else self._kept[:size])
        del self._kept[: len(wanted)]
        return wanted
