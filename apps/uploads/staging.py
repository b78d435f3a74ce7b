"""The folder where uploads lie until somebody takes them over: one file per upload, named by its public id."""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

from apps.core.durable import sync_folder
from apps.uploads.models import Upload


def folder() -> Path:
    """The staging folder; it is made if it is missing."""
    path = Path(settings.STAGING_DIR)
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def path_of(upload: Upload) -> Path:
    """Where this upload's bytes lie, whether or not they are still there."""
    return Path(settings.STAGING_DIR) / upload.public_id.hex


def create(public_id: UUID) -> None:
    """Make the empty file, durably: after this a power cut cannot take its name away. Raises OSError."""
    fd = os.open(folder() / public_id.hex, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    os.close(fd)
    fsync_folder()


def fsync_folder() -> None:
    """Make additions to and removals from the staging folder durable."""
    sync_folder(folder())


def seal_against_writers(upload: Upload) -> None:
    """Cut the file to its declared length, make it durable and read-only. The caller holds the upload's lock.

    Bytes beyond the declared length were never acknowledged. Raises OSError, also when bytes are missing.
    """
    path = path_of(upload)
    size = path.stat().st_size
    if size < upload.size:
        raise OSError(f"upload {upload.public_id} holds {size} of {upload.size} bytes")
    if size > upload.size:
        os.truncate(path, upload.size)
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fchmod(fd, stat.S_IRUSR | stat.S_IRGRP)
        os.fsync(fd)
    finally:
        os.close(fd)
    fsync_folder()


def remove(upload: Upload) -> None:
    """Remove the upload's file; one that is gone already is fine."""
    path_of(upload).unlink(missing_ok=True)


def free_bytes() -> int:
    """Bytes that an unprivileged process may still write to the disk of the staging folder."""
    return shutil.disk_usage(folder()).free


def files_older_than(seconds: float) -> Iterator[UUID]:
    """Public ids of the files whose last change is at least so long ago. Files of another naming are not ours."""
    limit = time.time() - seconds
    for entry in os.scandir(folder()):
        try:
            public_id = UUID(hex=entry.name)
            if entry.is_file(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_mtime <= limit:
                yield public_id
        except (ValueError, FileNotFoundError):
            continue
