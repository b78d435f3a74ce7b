"""`/media/packages/<token>`: a package, from any byte on. Its files come from the store while they are sent."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.connections import let_go_of_connection
from apps.core.errors import NotFound, Unavailable
from apps.core.headers import NOTHING_RUNS
from apps.disclosure.export_selectors import files_of, folder_of, layout_of
from apps.disclosure.export_states import FileKind
from apps.disclosure.models import Export, ExportFile
from apps.disclosure.package.zip_layout import ZipLayout
from apps.disclosure.services.export_building import key_of
from apps.disclosure.services.export_taking import PackageAccess, package_for_access, read_token
from apps.evidence import ranges
from apps.evidence.media_views import ASK_AGAIN_EVERY, still_signed_in
from apps.evidence.storage import StoreError, store


@require_safe
def package(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a package, or the part that a Range header asks for, while all that permitted it still holds.

    404 for a token that is not ours or not yours, 410 for one that is over, 416 for a range outside, 503 when the store
    is away.
    """
    access = read_token(token)
    session_key = request.session.session_key
    export = package_for_access(access=access, user=request.user, session_key=session_key)
    files = files_of(export)
    layout = layout_of(export, files)
    etag, part = f'"{export.digest}"', None
    if request.method == "GET" and request.headers.get("If-Range", etag) == etag:
        try:
            part = ranges.part_of(request.headers.get("Range", ""), layout.size, most=layout.size)
        except ranges.Unsatisfiable:
            refused = HttpResponse(status=416)
            refused["Content-Range"] = f"bytes */{layout.size}"
            return _guarded(refused, export)
    start, end = (part.start, part.end) if part else (0, layout.size)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
    else:
        _check_store(files)
        body = _asked_again(pieces_of(layout, files, start, end), access, session_key)
        response = StreamingHttpResponse(body, status=206 if part else 200)
    if part:
        response["Content-Range"] = part.content_range
    response["Content-Length"] = str(end - start)
    return _guarded(response, export)


def pieces_of(layout: ZipLayout, files: list[ExportFile], start: int, end: int) -> Iterator[bytes]:
    """The bytes of the ZIP from `start` up to, not including, `end`, in pieces that fit into memory."""
    for part in layout.parts(start, end):
        if part.member < 0:
            yield part.data
            continue
        file = files[part.member]
        if file.kind != FileKind.DOCUMENT:
            yield from store().open_range(key_of(file), part.start, part.end)
            continue
        content = ExportFile.objects.filter(pk=file.pk).values_list("content", flat=True).get()
        let_go_of_connection()
        if content is None:  # cancelled or expired meanwhile
            raise NotFound(_("There is nothing here."))
        yield bytes(content)[part.start : part.end]


def _asked_again(pieces: Iterator[bytes], access: PackageAccess, session_key: str | None) -> Iterator[bytes]:
    """Break the transfer off if the person signed out, lost the right or the purpose, or the export was cancelled."""
    let_go_of_connection()
    unasked = 0
    for piece in pieces:
        if unasked >= ASK_AGAIN_EVERY:
            _ask_again(access, session_key)
            unasked = 0
        yield piece
        unasked += len(piece)


def _ask_again(access: PackageAccess, session_key: str | None) -> None:
    try:
        user = still_signed_in(access.user, session_key)
        package_for_access(access=access, user=user, session_key=session_key)
    finally:
        let_go_of_connection()


def _check_store(files: list[ExportFile]) -> None:
    """Raise Unavailable before anything is sent, rather than break off at the first file."""
    evidence = [file for file in files if file.kind != FileKind.DOCUMENT]
    try:
        for file in evidence[:1]:
            store().stat(key_of(file))
    except StoreError as error:
        raise Unavailable(_("The evidence store does not answer. Please try again in a minute.")) from error


def _guarded(response: HttpResponseBase, export: Export) -> HttpResponseBase:
    """A file to save: never sniffed, never shown as a page of ours, never kept by a browser's cache."""
    response["Content-Type"] = "application/zip"
    response["Content-Disposition"] = f'attachment; filename="{folder_of(export)}.zip"'
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = f'"{export.digest}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
