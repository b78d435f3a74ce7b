"""A file of a message as an answer of HTTP, for both audiences alike."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.conversations.attaching import PICTURE_BYTES, GivenFile, refused
from apps.conversations.models import Attachment
from apps.conversations.states import AttachmentKind
from apps.core.headers import NOTHING_RUNS


def file_of(row: Attachment) -> HttpResponse:
    """A picture is shown; a document is never opened by a browser on this site, only saved."""
    picture = row.kind == AttachmentKind.PICTURE
    response = HttpResponse(bytes(row.content), content_type="image/jpeg" if picture else "application/octet-stream")
    way = "inline" if picture else "attachment"
    response.headers["Content-Disposition"] = f'{way}; filename="{_ascii(row.name or "")}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = NOTHING_RUNS
    response.headers["Cache-Control"] = "private, no-store"
    return response


def given_files(request: HttpRequest) -> list[GivenFile]:
    """The files of a form, read. Raises InvalidInput for one that is larger than any."""
    found = [one for one in request.FILES.getlist("files") if isinstance(one, UploadedFile)]
    if any((one.size or 0) > PICTURE_BYTES for one in found):
        raise refused(_("A picture may have at most 8 MB. Video goes through the upload page."))
    return [GivenFile(one.name or "", bytes(one.read())) for one in found]


def _ascii(name: str) -> str:
    kept = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "._- "))
    return kept.strip() or "file"
