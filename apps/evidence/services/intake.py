"""How a file that an owner sends becomes an evidence item."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, NotFound, Stale
from apps.core.locks import locked
from apps.evidence.models import EvidenceItem, Submission
from apps.evidence.services.pieces import take_piece
from apps.footage_requests.access import answered_without_footage
from apps.footage_requests.models import Invitation, Match
from apps.footage_requests.staff_mails import tell_author
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.uploads.errors import Unwanted
from apps.uploads.models import Upload
from apps.uploads.room import Sender
from apps.uploads.states import UploadState

SCOPE_KIND = "invitation"
# No vowels, no digits that look like letters: a code can be read out on the telephone and spells nothing.
_CODE_ALPHABET = "23456789BCDFGHJKMNPQRTVWXZ"


def scope_of(invitation: Invitation) -> str:
    """The scope of uploads that come through this invitation."""
    return f"{SCOPE_KIND}:{invitation.public_id}"


def sender_of(invitation: Invitation, *, address: str = "") -> Sender:
    """Who uploads through this invitation, for the shares of the room; `address` is a digest of theirs."""
    return Sender(scope_of(invitation), holder=str(invitation.partner.public_id), source=address)


def metadata_of(*, actor: Actor, match: Match | None = None) -> dict[str, Any]:
    """What an upload remembers until it is complete: who sends it, and which camera it is from."""
    remembered: dict[str, Any] = {"actor": {"kind": actor.kind, "public_id": actor.public_id, "role": actor.role}}
    if match is not None:
        remembered["match"] = str(match.public_id)
    return remembered


def answered_no() -> str:
    """What a sender is told whose answer says that there is no video."""
    return _("You answered that you send no video. Change your answer first.")


def check_answer(upload: Upload) -> None:
    """Raise Unwanted if its partner has answered that there is no video: an answer and a file never contradict."""
    invitation = UUID(upload.scope.partition(":")[2])
    if answered_without_footage(invitation, upload.metadata.get("match", "")):
        raise Unwanted(answered_no(), code="answered")


def receive_upload(upload: Upload) -> None:
    """Receiver of uploads of scope `invitation:<public id>`; runs in the finishing transaction.

    Raises Unwanted if a no came before the last byte, or if the yes to a recorder's piece was taken back.
    """
    invitation = locked(Invitation.objects).get(public_id=UUID(upload.scope.partition(":")[2]))
    check_answer(upload)
    sender = upload.metadata.get("actor")
    actor = Actor(**sender) if sender else Actor.invitation(invitation.public_id)
    match = None
    if upload.metadata.get("match"):
        match = Match.objects.filter(invitation=invitation, public_id=upload.metadata["match"]).first()
    facts = take_piece(upload) if upload.metadata.get("piece") else {}
    receive_item(upload=upload, invitation=invitation, match=match, actor=actor, **facts)


def receive_item(
    *, upload: Upload, invitation: Invitation, match: Match | None, actor: Actor, **facts: Any
) -> EvidenceItem:
    """Make the evidence item of a complete upload, and the submission if it is the invitation's first.

    Runs inside the transaction that marks the upload received; a repeat returns the first item. Not refused when the
    request has closed meanwhile: what was under way may finish.
    """
    # The invitation's lock makes first files that finish at once share one submission.
    invitation = locked(Invitation.objects).select_related("request", "partner").get(pk=invitation.pk)
    existing = EvidenceItem.objects.filter(upload=upload).first()
    if existing is not None:
        return existing
    submission = submission_of(invitation)
    item = make_item(upload=upload, submission=submission, match=match, actor=actor, **facts)
    # Files that come together are one letter; what comes on a later day is another.
    tell_author("footage", invitation.request, once=f"{submission.public_id}:{item.received_at:%Y%m%d}")
    return item


def make_item(
    *, upload: Upload, submission: Submission, match: Match | None, actor: Actor, **facts: Any
) -> EvidenceItem:
    """The evidence item of a complete upload, and its entry; `facts` stand in the entry besides."""
    if upload.received_at is None:
        raise InvalidInput(_("Some of the file has not arrived yet."), code="incomplete")
    item = EvidenceItem.objects.create(
        submission=submission,
        upload=upload,
        match=match,
        agency_id=submission.agency_id,
        filename=upload.filename,
        size=upload.size,
        received_at=upload.received_at,
        client_digest=upload.metadata.get("sha256", ""),
    )
    ledger.record(
        "evidence_item.received",
        Subject.of("evidence_item", item.public_id),
        actor,
        submission=str(submission.public_id),
        upload=str(upload.public_id),
        size=item.size,
        declared_type=upload.content_type,
        match=str(match.public_id) if match else None,
        sender_digest=item.client_digest or None,
        private={"filename": item.filename},
        **facts,
    )
    enqueue_after_commit("apps.evidence.tasks.process_item", item.pk)
    return item


def submission_of(invitation: Invitation) -> Submission:
    """The submission of this invitation, made with its first file; the caller holds the invitation's lock."""
    submission = Submission.objects.filter(invitation=invitation).first()
    return submission or Submission.objects.create(
        code=new_code(),
        invitation=invitation,
        partner=invitation.partner,
        agency_id=invitation.request.agency_id,
        case_id=invitation.request.case_id,
    )


def new_code() -> str:
    """Eight signs in two groups, some 37 bits: unguessable enough for a code that opens nothing by itself."""
    while True:
        signs = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(8))
        code = f"{signs[:4]}-{signs[4:]}"
        if not Submission.objects.filter(code=code).exists():
            return code


def state_sender_digest(*, upload: Upload, digest: str, actor: Actor) -> EvidenceItem | None:
    """Record the SHA-256 that the sender's browser computed, before or after the last byte; None while unfinished.

    The sealed digest is compared with it, and a difference is shown and kept: it never costs the file. Said once; the
    same digest again changes nothing. Raises InvalidInput for what is no SHA-256, Stale for a second, different one.
    """
    digest = digest.strip().lower()
    if len(digest) != 64 or any(sign not in "0123456789abcdef" for sign in digest):
        raise InvalidInput(_("This is not a SHA-256 digest."), code="digest")
    with transaction.atomic():
        upload = locked(Upload.objects).get(pk=upload.pk)
        if upload.state == UploadState.ABANDONED:
            raise NotFound(_("This upload is no longer here. Please start it again."))
        item = locked(EvidenceItem.objects).filter(upload=upload).first()
        stated = item.client_digest if item else upload.metadata.get("sha256", "")
        if stated == digest:
            return item
        if stated:
            raise Stale(_("Another digest was given for this file before."), code="digest_differs")
        if item is None:
            upload.metadata = {**upload.metadata, "sha256": digest}
            upload.save(update_fields=["metadata"])
            return None
        item.client_digest = digest
        item.save(update_fields=["client_digest"])
        ledger.record(
            "evidence_item.sender_digest_stated",
            Subject.of("evidence_item", item.public_id),
            actor,
            sender_digest=digest,
            equal=item.digest == digest if item.digest else None,
        )
    return item
