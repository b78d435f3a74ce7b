"""The one place where files come in: tus at `/files/`, for people who were invited."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_for
from apps.accounts.api_keys import exporter_key, sign_in_by_key
from apps.accounts.models import User
from apps.core.errors import InvalidInput, NotAllowed, NotFound, PortalError, WrongState
from apps.core.problems import PROBLEM_TYPE, document
from apps.evidence.handover_access import check_takes_files, handover_of_officer, officer_of
from apps.evidence.models import EvidenceItem
from apps.evidence.services import handovers, intake, pieces, sender_notes, test_clips
from apps.footage_requests import access
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.policies import matches_of_reader
from apps.ledger.values import Actor
from apps.links.throttle import address_digest
from apps.uploads import services
from apps.uploads.models import Upload
from apps.uploads.room import Sender
from apps.uploads.tus import BadHeader
from apps.uploads.views import Declared, TusView, check_origin

OWNER = "registrant"


def _actor_of(request: HttpRequest, upload: Upload) -> Actor:
    """As whom this caller acts on an upload: by the invitation or the hand-over it came through. Raises NotFound."""
    _check_program(request, upload)
    kind, _colon, public_id = upload.scope.partition(":")
    if kind == handovers.SCOPE_KIND:
        return officer_of(cast(User, request.user), handover_of_officer(request, public_id))
    if kind == test_clips.SCOPE_KIND:
        test_clips.camera_for(request.user, public_id)
        return actor_for(cast(User, request.user), role=OWNER)
    invitation = access.invitation_from(request, public_id) if kind == intake.SCOPE_KIND else None
    if invitation is None:
        raise NotFound(_("There is no such upload."))
    return access.actor_from(request, invitation)


def _check_program(request: HttpRequest, upload: Upload) -> None:
    """A recorder's key goes on with pieces alone, and with those only as long as their yes stands.

    Raises NotFound, NotAllowed.
    """
    if exporter_key(request) is not None:
        piece = pieces.piece_of(upload)
        if request.method != "HEAD":
            pieces.check_agreed(piece)


class FilesView(TusView):
    """Uploads through an invitation, by an officer at the scene, or of a test clip, which is no evidence.

    Upload-Metadata names `invitation`, `handover`, `clip` (a camera) or `piece` (a recorder's, by its key alone),
    `filename` and, if known, `match`.

    A new upload begins only while the request takes answers; one under way may finish after it closed. A revoked link
    continues nothing, and neither does somebody who has answered that there is no video; what came stays until it
    expires. A caller is known by link, session or key for programs.
    """

    def _dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        sign_in_by_key(request)
        return super()._dispatch(request, *args, **kwargs)

    def open(self, request: HttpRequest, declared: Declared) -> Upload:
        if exporter_key(request) is not None:
            return self._open_piece(request, declared)
        if "handover" in declared.metadata:
            return self._open_at_scene(request, declared)
        if "clip" in declared.metadata:
            return self._open_test_clip(request, declared)
        invitation = access.invitation_from(request, declared.metadata.get("invitation", ""))
        if invitation is None:
            raise NotFound(_("Your link is not open in this browser. Open it again from your message."))
        if not access.accepts_answers(invitation):
            raise WrongState(_("This request has ended. It takes no new files."), code="ended")
        actor, match = access.actor_from(request, invitation), self._match(request, invitation, declared)
        if access.answered_without_footage(invitation.public_id, str(match.public_id) if match else ""):
            raise WrongState(intake.answered_no(), code="answered")
        sender = intake.sender_of(invitation, address=address_digest(request))
        return self._opened(request, declared, sender, intake.metadata_of(actor=actor, match=match), actor)

    def _open_at_scene(self, request: HttpRequest, declared: Declared) -> Upload:
        handover = handover_of_officer(request, declared.metadata["handover"])
        check_takes_files(handover)
        actor = officer_of(cast(User, request.user), handover)
        sender = handovers.sender_of(handover, address=address_digest(request))
        return self._opened(request, declared, sender, handovers.metadata_of(actor), actor)

    def _open_piece(self, request: HttpRequest, declared: Declared) -> Upload:
        """Its camera and its request are the piece's, whatever else was declared."""
        if "piece" not in declared.metadata:
            raise NotAllowed(_("This key is for something else. It opens nothing here."), code="scope")
        user = cast(User, request.user)
        try:
            found = pieces.viewable_pieces(user).filter(public_id=UUID(declared.metadata["piece"])).first()
        except ValueError:
            found = None
        if found is None:
            raise NotFound(_("There is no such piece among yours."))
        piece = pieces.check_may_send(piece=found, user=user)
        actor = actor_for(user, role=OWNER)
        sender = intake.sender_of(piece.match.invitation, address=address_digest(request))
        metadata = intake.metadata_of(actor=actor, match=piece.match) | {"piece": str(piece.public_id)}
        upload = self._opened(request, declared, sender, metadata, actor)
        pieces.begin_sending(piece=piece, upload=upload)
        return upload

    @staticmethod
    def _open_test_clip(request: HttpRequest, declared: Declared) -> Upload:
        camera = test_clips.camera_for(request.user, declared.metadata["clip"])
        return test_clips.open_clip(
            camera=camera,
            length=declared.length,
            filename=declared.filename,
            user=cast(User, request.user),
            actor=actor_for(cast(User, request.user), role=OWNER),
            address=address_digest(request),
        )

    @staticmethod
    def _opened(
        request: HttpRequest, declared: Declared, sender: Sender, metadata: dict[str, Any], actor: Actor
    ) -> Upload:
        metadata["sent"] = request.headers.get("Upload-Metadata", "")
        return services.open_upload(
            sender=sender,
            length=declared.length,
            filename=declared.filename,
            content_type=declared.content_type,
            metadata=metadata,
            actor=actor,
        )

    @staticmethod
    def _match(request: HttpRequest, invitation: Invitation, declared: Declared) -> Match | None:
        stated = declared.metadata.get("match")
        if not stated:
            return None
        try:
            return matches_of_reader(request.user, invitation).get(public_id=UUID(stated))
        except (ValueError, Match.DoesNotExist):
            raise BadHeader(_("This camera does not belong to the request.")) from None

    def authorize(self, request: HttpRequest, upload: Upload) -> None:
        _check_program(request, upload)
        kind, _colon, public_id = upload.scope.partition(":")
        if kind == handovers.SCOPE_KIND:
            handover_of_officer(request, public_id)
            return
        if kind == test_clips.SCOPE_KIND:
            test_clips.camera_for(request.user, public_id)
            return
        if kind != intake.SCOPE_KIND or not access.opens(request, UUID(public_id)):
            raise NotFound(_("There is no such upload."))
        if request.method == "PATCH":
            intake.check_answer(upload)

    def actor_of(self, request: HttpRequest, upload: Upload) -> Actor:
        return _actor_of(request, upload)

    def address_of(self, upload: Upload) -> str:
        return reverse("evidence:file", args=[upload.public_id])


def _description(upload: Upload, item: EvidenceItem | None) -> dict[str, Any]:
    """What the sender's page needs to know about a file."""
    equal = None
    if item and item.digest and item.client_digest:
        equal = item.digest == item.client_digest
    return {
        "state": item.state if item else upload.state,
        "size": upload.length,
        "digest": item.digest if item else "",
        "sender_digest": item.client_digest if item else upload.metadata.get("sha256", ""),
        "equal": equal,
        "receipt": _receipt_of(upload, item) if item else None,
    }


def _receipt_of(upload: Upload, item: EvidenceItem) -> str:
    """The sender's page of what came: the receipt, or for an officer the page of the hand-over."""
    kind, _colon, public_id = upload.scope.partition(":")
    if kind == handovers.SCOPE_KIND:
        return reverse("admin:evidence_handover_change", args=[public_id])
    return reverse("evidence:receipt", args=[item.submission.public_id])


@csrf_exempt
@require_http_methods(["GET", "POST"])
def file_digest(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """GET: how far a file is. POST `{"sha256": …}`: the digest that the sender's browser computed.

    Beside tus instead of in it, because a browser knows the digest only when it has read the whole file, which may be
    before or after the last byte has arrived.
    """

    def state(upload: Upload, actor: Actor) -> None:
        if request.method == "POST":
            intake.state_sender_digest(upload=upload, digest=_stated_digest(request), actor=actor)

    return _beside_tus(request, public_id, state)


@csrf_exempt
@require_POST
def file_note(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST `{"begins", "clock_minutes", "cut_s", "text", "sound"}`: what the sender says of a file; each optional."""

    def state(upload: Upload, actor: Actor) -> None:
        sender_notes.state_sender_note(upload=upload, words=_stated_note(request), actor=actor)

    return _beside_tus(request, public_id, state)


def _beside_tus(request: HttpRequest, public_id: UUID, state: Callable[[Upload, Actor], None]) -> HttpResponse:
    """Let the sender of an upload state something about it, and answer with how far the file is."""
    try:
        check_origin(request)
        sign_in_by_key(request)
        upload = Upload.objects.filter(public_id=public_id).first()
        if upload is None or upload.scope.startswith(f"{test_clips.SCOPE_KIND}:"):
            raise NotFound(_("There is no such upload."))
        state(upload, _actor_of(request, upload))
        upload.refresh_from_db()
    except PortalError as error:
        response = JsonResponse(document(error), status=error.status, content_type=PROBLEM_TYPE)
    else:
        item = EvidenceItem.objects.select_related("submission").filter(upload=upload).first()
        response = JsonResponse(_description(upload, item))
    response["Cache-Control"] = "no-store"
    return response


def _stated_digest(request: HttpRequest) -> str:
    digest = _stated(request).get("sha256")
    if not isinstance(digest, str):
        raise InvalidInput(_("This is not a SHA-256 digest."), code="digest")
    return digest


def _stated_note(request: HttpRequest) -> sender_notes.Said:
    stated = _stated(request)
    begins, text, sound = stated.get("begins") or "", stated.get("text") or "", stated.get("sound") or ""
    if not isinstance(begins, str) or not isinstance(text, str):
        raise InvalidInput(_("This is not a note."), code="note")
    return sender_notes.said(
        begins=begins, clock_minutes=stated.get("clock_minutes"), cut_s=stated.get("cut_s"), text=text, sound=sound
    )


def _stated(request: HttpRequest) -> dict[str, Any]:
    try:
        stated = json.loads(request.body)
    except (ValueError, RecursionError):
        stated = None
    return stated if isinstance(stated, dict) else {}
