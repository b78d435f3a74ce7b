"""A file comes in through memory, bounded: it never touches a disk."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect


class BoundedUpload(FileUploadHandler):
    """Keeps up to IMPORT_MAX_BYTES in memory; what is larger is let go, and `too_large` says so."""

    too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep it, or stop: the rest is read past without being kept."""
        if self._kept.tell() + len(raw_data) > settings.IMPORT_MAX_BYTES:
            self.too_large = True
            self._kept = io.BytesIO()
            raise StopUpload(connection_reset=False)
        self._kept.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept,
            self.field_name,
            self.file_name or "",
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )


def bounded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view's files come in by `BoundedUpload`; the CSRF check, which reads the body, waits until that is set."""
    guarded = csrf_protect(view)

    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.upload_handlers = [BoundedUpload(request)]
        return guarded(request, *args, **kwargs)

    return csrf_exempt(wraps(view)(inner))


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was larger than an import may be."""
    return any(getattr(handler, "too_large", False) for handler in request.upload_handlers)
