"""`/media/<token>`: the only address that serves footage, in pieces of limited size, each authorized."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.core.connections import let_go_of_connection
from apps.core.errors import NotFound, Unavailable
from apps.core.headers import NOTHING_RUNS
from apps.evidence import ranges
from apps.evidence.media_tokens import (
    EXCERPT,
    LIFETIME_S,
    ORIGINAL,
    PLAYED,
    TAKEN,
    MediaAccess,
    make_token,
    read_token,
)
from apps.evidence.models import EvidenceItem
from apps.evidence.services import footage_access
from apps.evidence.services.excerpts import filename_of
from apps.evidence.states import DerivativeKind
from apps.evidence.storage import StoreError, derivative_key, original_key, store

ASK_AGAIN_EVERY = 64 * 1024 * 1024
"""Bytes after which a body that is sent whole asks again whether it may go on."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is sent: where it lies and how it is labeled. `size` is in bytes."""

    key: str
    digest: str
    size: int
    content_type: str
    disposition: str


@require_http_methods(["GET", "HEAD"])
def media(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send a working copy, a poster or an original to whom its token was made for, while that still holds.

    Ranges are answered with at most `ranges.PIECE_MAX` bytes. 404 for a token that is not ours or not yours, 410 for
    one that is over, 416 for a range outside, 503 when the store is away.
    """
    access = read_token(token)
    session_key = request.session.session_key
    item = footage_access.item_for_access(access=access, user=request.user, session_key=session_key)
    return serve(request, thing_of(item, access.thing), ask_again=lambda: _ask_again(access, session_key))


def serve(request: HttpRequest, thing: Thing, *, ask_again: Callable[[], None]) -> HttpResponseBase:
    """Answer with the thing, or the part of it that a Range header asks for, to somebody who may have it.

    `ask_again` is called every 64 MiB of a body that is sent whole, and raises NotFound when the right has ended.
    """
    etag = f'"{thing.digest}"'
    part = None
    if request.method == "GET" and request.headers.get("If-Range", etag) == etag:
        try:
            part = ranges.part_of(request.headers.get("Range", ""), thing.size)
        except ranges.Unsatisfiable:
            refused = HttpResponse(status=416)
            refused["Content-Range"] = f"bytes */{thing.size}"
            return _guarded(refused, thing, etag)
    start, end = (part.start, part.end) if part else (0, thing.size)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
    else:
        body = _pieces(thing, start, end, ask_again)
        response = StreamingHttpResponse(body, status=206 if part else 200)
    if part:
        response["Content-Range"] = part.content_range
    response["Content-Length"] = str(end - start)
    return _guarded(response, thing, etag)


@require_POST
def renew(request: HttpRequest) -> JsonResponse:
    """Another token for the same access, if all that permitted it still holds. No new entry: it is the same access."""
    access = read_token(request.POST.get("token", ""))
    footage_access.item_for_access(access=access, user=request.user, session_key=request.session.session_key)
    answer = JsonResponse({"token": make_token(access), "lifetime_s": LIFETIME_S})
    answer["Cache-Control"] = "no-store"
    return answer


def thing_of(item: EvidenceItem, name: str) -> Thing:
    """The original, or a derivative by its kind. Raises NotFound where there is none."""
    if name == ORIGINAL:
        filename = item.filename or f"{item.public_id}.bin"
        # Whatever it is, it is saved and never shown: it may be a page, a script or a program.
        disposition = content_disposition_header(True, filename) or "attachment"
        return Thing(original_key(item.digest), item.digest, item.size, "application/octet-stream", disposition)
    if name.startswith(EXCERPT):
        excerpt = item.excerpts.filter(public_id=name.removeprefix(EXCERPT), made__isnull=False).first()
        if excerpt is None or excerpt.made is None:
            raise NotFound(_("There is nothing here."))
        taken = excerpt.made
        disposition = content_disposition_header(True, filename_of(excerpt)) or "attachment"
        return Thing(derivative_key(taken.digest), taken.digest, taken.size, taken.content_type, disposition)
    if name.startswith((PLAYED, TAKEN)):
        kept = item.derivatives.filter(kind=DerivativeKind.REDACTED, public_id=name.partition(":")[2]).first()
        if kept is None:
            raise NotFound(_("There is nothing here."))
        saved = f"redacted-{item.submission.code}-{str(kept.public_id)[:8]}.mp4"
        disposition = content_disposition_header(name.startswith(TAKEN), saved) or "attachment"
        return Thing(derivative_key(kept.digest), kept.digest, kept.size, kept.content_type, disposition)
    made = item.derivatives.in_use().filter(kind=name).first()
    if made is None:
        raise NotFound(_("There is nothing here."))
    return Thing(derivative_key(made.digest), made.digest, made.size, made.content_type, "inline")


def _guarded(response: HttpResponseBase, thing: Thing, etag: str) -> HttpResponseBase:
    """Invariant 8: the bytes are labeled, never sniffed, never run as a page of ours, never kept."""
    response["Content-Type"] = thing.content_type
    response["Content-Disposition"] = thing.disposition
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response


def _pieces(thing: Thing, start: int, end: int, ask_again: Callable[[], None]) -> Iterator[bytes]:
    """The bytes, from a store that answered already. No connection is held between two looks at the database."""
    try:
        bytes_of = store().open_range(thing.key, start, end)
    except StoreError as error:
        raise Unavailable(_("The evidence store does not answer. Please try again in a minute.")) from error
    return _sent(bytes_of, ask_again)


def _sent(bytes_of: Iterator[bytes], ask_again: Callable[[], None]) -> Iterator[bytes]:
    # The middleware has had its last query by the time the server asks for the first piece.
    let_go_of_connection()
    unasked = 0
    for piece in bytes_of:
        if unasked >= ASK_AGAIN_EVERY:
            ask_again()
            unasked = 0
        yield piece
        unasked += len(piece)


def _ask_again(access: MediaAccess, session_key: str | None) -> None:
    """Raise NotFound, which breaks the transfer off, if the person signed out or lost the right meanwhile."""
    try:
        user = still_signed_in(access.user, session_key)
        footage_access.item_for_access(access=access, user=user, session_key=session_key)
    finally:
        let_go_of_connection()


def still_signed_in(public_id: UUID, session_key: str | None) -> User:
    """The person, while their session lasts: for a transfer that goes on after its request. Raises NotFound."""
    sessions = import_module(settings.SESSION_ENGINE).SessionStore
    user = User.objects.filter(public_id=public_id).first()
    if user is None or not session_key or not sessions().exists(session_key):
        raise NotFound(_("There is nothing here."))
    return user
