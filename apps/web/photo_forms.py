"""Forms with a photo: it never touches the disk on its way in, and what is larger than any photo is not read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from apps.media.pictures import PICTURE_MOST

_FORM_BYTES = 100_000


class _InMemory(MemoryFileUploadHandler):
    """What is larger than any photo is not even read to its end."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.activated = True


def takes_photo(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view whose form carries one photo. The token is asked for inside: first it has to be said where a file goes."""
    inner = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def outer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isascii() and length.isdigit() and int(length[:18]) > PICTURE_MOST + _FORM_BYTES:
            context = {"heading": _("This picture is too large"), "message": too_large(), "status": 413}
            return render(request, "problem.html", context, status=413)
        request.upload_handlers = [_InMemory(request)]
        return inner(request, *args, **kwargs)

    return outer


def too_large() -> str:
    """Why a photo is refused unread."""
    return _("A photo may have at most 20 MB. Choose a smaller one.")
