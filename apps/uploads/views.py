"""The tus 1.0.0 protocol over WSGI. An app that takes uploads subclasses `TusView` and says who may do what."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import UUIDField
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.decorators import method_decorator
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from apps.core.errors import NotAllowed, NotFound, PortalError, Stale
from apps.core.prepared import Given, PreparedQuery
from apps.core.problems import PROBLEM_TYPE, document
from apps.ledger.values import Actor
from apps.uploads import nodes, services, staging, tus
from apps.uploads.body import CutOff, body_of, declared_length
from apps.uploads.errors import Elsewhere, Finished, Gone, Locked, TooLarge
from apps.uploads.locks import WriteLock
from apps.uploads.models import Upload
from apps.uploads.receiving import receive, release_connection
from apps.uploads.states import UploadState

logger = logging.getLogger(__name__)

_OVERRIDES = {"PATCH", "DELETE", "HEAD"}
_UPLOADS = PreparedQuery(lambda: Upload.objects.filter(public_id=Given("public_id", UUIDField())))


@dataclass(frozen=True, slots=True)
class Declared:
    """What a sender says about a file before any byte of it."""

    length: int | None
    metadata: dict[str, str]

    @property
    def filename(self) -> str:
        """The name as sent (tus clients say `filename` or `name`); empty if there is none."""
        return self.metadata.get("filename") or self.metadata.get("name") or ""

    @property
    def content_type(self) -> str:
        """The type as sent; nothing relies on it."""
        return self.metadata.get("filetype") or self.metadata.get("type") or ""


def check_origin(request: HttpRequest) -> None:
    """An Origin header, if sent, has to be ours: a cookie alone does not prove which page asks. Raises NotAllowed."""
    origin = request.headers.get("Origin")
    if origin is None:
        return
    site = urlsplit(settings.SITE_URL)
    ours = {f"{request.scheme}://{request.get_host()}", f"{site.scheme}://{site.netloc}"}
    if origin not in ours and origin not in settings.CSRF_TRUSTED_ORIGINS:
        raise NotAllowed(_("This request came from another site."), code="origin")


@method_decorator(csrf_exempt, name="dispatch")
class TusView(View):
    """One address for creating uploads, and below it one for each upload.

    Cross-site requests are refused by their Origin instead of a form token, which no tus client could send.
    """

    http_method_names = ["options", "post", "head", "patch", "delete"]
    more_methods = ("OPTIONS", "PATCH", "DELETE")

    # What a concrete endpoint says

    def open(self, request: HttpRequest, declared: Declared) -> Upload:
        """Open an upload for this caller by `services.open_upload`, or raise a PortalError."""
        raise NotImplementedError

    def authorize(self, request: HttpRequest, upload: Upload) -> None:
        """Raise NotFound unless this caller may go on with `upload`: of others' uploads nothing is told."""
        raise NotImplementedError

    def actor_of(self, request: HttpRequest, upload: Upload) -> Actor:
        """How the ledger names this caller, who was authorized before."""
        raise NotImplementedError

    def address_of(self, upload: Upload) -> str:
        """The path under which `upload` goes on."""
        raise NotImplementedError

    # The protocol

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = self._dispatch(request, *args, **kwargs)
        except PortalError as error:
            if error.status >= 500:
                logger.warning("Upload refused with %s: %s", error.status, error.code)
            response = JsonResponse(document(error), status=error.status, content_type=PROBLEM_TYPE)
            if error.retry_after:
                response["Retry-After"] = str(error.retry_after)
            if isinstance(error, tus.UnsupportedVersion):
                response["Tus-Version"] = tus.VERSION  # the protocol asks for it
        except CutOff:
            # Nobody is there to read it, but the access log says what happened.
            response = HttpResponse(status=400)
        response["Tus-Resumable"] = tus.VERSION
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def _dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = request.method or ""
        override = request.headers.get("X-HTTP-Method-Override", "").upper()
        if method == "POST" and override in _OVERRIDES:
            method = override
        if method.lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        if method != "OPTIONS":
            check_origin(request)
            if request.headers.get("Tus-Resumable") != tus.VERSION:
                raise tus.UnsupportedVersion(_("This server speaks tus 1.0.0 only."))
        handler = getattr(self, method.lower())
        answer: HttpResponseBase = handler(request, *args, **kwargs)
        return answer

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What this server can do."""
        return HttpResponse(
            status=204,
            headers={
                "Tus-Version": tus.VERSION,
                "Tus-Extension": tus.EXTENSIONS,
                "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
                "Tus-Checksum-Algorithm": ",".join(tus.CHECKSUM_ALGORITHMS),
            },
        )

    def post(self, request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
        """Create an upload, and take its first bytes if they come along."""
        if public_id is not None:
            return self.http_method_not_allowed(request)
        length = tus.parse_length(request.headers)
        raw_metadata = request.headers.get("Upload-Metadata", "")
        declared = Declared(length=length, metadata=tus.parse_metadata(raw_metadata))
        with_bytes = request.content_type == tus.CONTENT_TYPE
        checksum = tus.parse_checksum(request.headers.get("Upload-Checksum")) if with_bytes else None
        body_length = declared_length(request.META)
        if with_bytes and body_length is not None and length is not None and body_length > length:
            raise TooLarge(_("More came than was declared."))
        upload = self.open(request, declared)
        response = HttpResponse(status=201, headers={"Location": self.address_of(upload)})
        if with_bytes and body_length != 0:
            # The upload exists whatever happens to its first bytes: the answer says how many count.
            with (
                contextlib.suppress(PortalError, CutOff),
                WriteLock(staging.path_of(upload)) as lock,
            ):
                receive(upload=upload, lock=lock, body=body_of(request.META), checksum=checksum)
            response["Upload-Offset"] = str(upload.offset)
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
        return response

    def head(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """What the database has committed, which is on the disk."""
        upload = self._upload(request, public_id)
        if upload.state == UploadState.RECEIVING and upload.is_complete:
            # The writer of the last byte died before the finish. If another one is at it now, all the better.
            with contextlib.suppress(Locked, Gone):
                services.finish_upload(upload=upload)
        response = HttpResponse(status=200)
        response["Upload-Offset"] = str(upload.offset)
        if upload.length is None:
            response["Upload-Defer-Length"] = "1"
        else:
            response["Upload-Length"] = str(upload.length)
        if sent := upload.metadata.get("sent"):
            response["Upload-Metadata"] = sent
        if upload.state == UploadState.RECEIVING:
            response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
        return response

    def patch(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Take bytes at the offset that both sides agree on."""
        upload = self._upload(request, public_id)
        if request.content_type != tus.CONTENT_TYPE:
            raise tus.UnsupportedMediaType(_("Bytes have to come as %(type)s.") % {"type": tus.CONTENT_TYPE})
        offset = tus.parse_number(request.headers, "Upload-Offset")
        checksum = tus.parse_checksum(request.headers.get("Upload-Checksum"))
        told = tus.parse_told_length(request.headers)
        if upload.state == UploadState.RECEIVED:
            raise Finished(_("This file has arrived already."))
        release_connection()
        with WriteLock(staging.path_of(upload)) as lock:
            # Read again under the lock: another connection may have gone on, or finished.
            upload.refresh_from_db(fields=["state", "offset", "length"])
            if upload.state == UploadState.RECEIVED:
                raise Finished(_("This file has arrived already."))
            if upload.state == UploadState.ABANDONED:
                raise Gone(_("This upload is no longer here. Please start it again."))
            if offset != upload.offset:
                raise Stale(_("The file goes on at another place."), code="offset")
            length = tus.same_length(upload.length, told, offset)
            body_length = declared_length(request.META)
            if body_length is not None and length is not None and body_length > length - offset:
                raise TooLarge(_("More came than was declared."))
            if told is not None:
                services.tell_length(upload=upload, length=told, actor=self.actor_of(request, upload))
                release_connection()
            receive(upload=upload, lock=lock, body=body_of(request.META), checksum=checksum)
        response = HttpResponse(status=204)
        response["Upload-Offset"] = str(upload.offset)
        response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
        return response

    def delete(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Give an unfinished upload up. What was received is evidence and stays."""
        upload = self._upload(request, public_id)
        if upload.state == UploadState.RECEIVED:
            raise Finished(_("This file has arrived already."))
        services.abandon_upload(upload=upload, actor=self.actor_of(request, upload), reason="terminated")
        return HttpResponse(status=204)

    def _upload(self, request: HttpRequest, public_id: UUID) -> Upload:
        """The upload, if it is this caller's. Raises NotFound for another's, Gone for one that is over,
        Elsewhere for one whose bytes lie on another computer."""
        upload = next(iter(_UPLOADS.given(public_id=public_id)), None)
        if upload is None:
            raise NotFound(_("There is no such upload."))
        self.authorize(request, upload)
        if upload.state == UploadState.ABANDONED or services.is_expired(upload):
            raise Gone(_("This upload is no longer here. Please start it again."))
        if upload.state == UploadState.RECEIVING and not nodes.is_here(upload.public_id):
            raise Elsewhere(_("Another computer of this portal has the file. Please try again in a moment."))
        return upload
