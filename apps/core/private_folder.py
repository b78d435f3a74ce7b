"""Files that are no evidence, in a folder that no web server shows: each whole, and given out by views of ours."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.files import File
from django.core.files.storage import FileSystemStorage

from apps.core.durable import sync_folder


class PrivateFolder(FileSystemStorage):
    """Django's storage in a folder. A file gets its name once it is whole and durable; the same name replaces it."""

    def __init__(self, location: str) -> None:
        """Raise ImproperlyConfigured for what is no absolute folder: an address that was written wrong."""
        if not location.startswith("/"):
            raise ImproperlyConfigured("FILES_URL has to be file:///an/absolute/folder or s3://bucket/folder.")
        super().__init__(
            location=location, file_permissions_mode=0o600, directory_permissions_mode=0o700, allow_overwrite=True
        )

    def url(self, name: str | None) -> NoReturn:
        """There is none: whoever may read a file asks a view of ours, which asks who they are."""
        raise NotImplementedError("Private files have no address.")

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = target.with_name(f".{uuid.uuid4().hex}")
        try:
            with unfinished.open("xb") as handle:
                for piece in content.chunks():
                    handle.write(piece)
                handle.flush()
                os.fsync(handle.fileno())
            unfinished.replace(target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)
        return name
