"""Acts on uploads. Bytes themselves are written by `receiving`; here a row and its ledger entry change together."""

from __future__ import annotations

import contextlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput, PortalError, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.uploads import nodes, staging
from apps.uploads.errors import Gone, Locked, NoSpace, TooLarge, Unwanted
from apps.uploads.filenames import safe_filename
from apps.uploads.locks import PATIENCE_S, WriteLock
from apps.uploads.models import Upload
from apps.uploads.receivers import receiver_for
from apps.uploads.room import Sender, check_room, check_told_length
from apps.uploads.states import UPLOAD_TRANSITIONS, UploadState
from apps.uploads.tus import same_length

logger = logging.getLogger(__name__)


def open_upload(
    *,
    sender: Sender,
    length: int | None,
    filename: str,
    content_type: str = "",
    metadata: dict[str, Any] | None = None,
    actor: Actor,
) -> Upload:
    """Let a file of `length` bytes begin and make the empty staging file. None: the sender tells it later.

    Raises InvalidInput for an empty file, TooLarge and TooMany when the sender's quota is used up, NoSpace when there
    is no room for it: see `room`.
    """
    if length is not None:
        _check_length(length)
    receiver_for(sender.scope)
    public_id = nodes.new_public_id()
    try:
        staging.create(public_id)
    except OSError as error:
        logger.warning("No staging file could be made: %s", error.strerror)
        raise NoSpace(_("The portal cannot store a file right now. Please try again later.")) from error
    try:
        with transaction.atomic():
            _one_opening_at_a_time()
            check_room(sender, length)
            upload = Upload.objects.create(
                public_id=public_id,
                scope=sender.scope,
                holder=sender.holder,
                source=sender.source,
                length=length,
                filename=safe_filename(filename),
                content_type="".join(sign for sign in content_type if sign.isprintable())[:100],
                metadata=metadata or {},
                expires_at=new_expiry(),
            )
            ledger.record(
                "upload.opened",
                Subject.of("upload", public_id),
                actor,
                length=length,
                private={"filename": upload.filename},
            )
    except BaseException:
        # A file whose row was rolled back by a caller's outer transaction is left for the sweep.
        staging.remove(Upload(public_id=public_id))
        raise
    return upload


def _check_length(length: int) -> None:
    if length <= 0:
        raise InvalidInput(_("The file is empty."), code="empty")
    if length > settings.UPLOAD_MAX_BYTES:
        raise TooLarge(_("The file is larger than this portal takes."))


def tell_length(*, upload: Upload, length: int, actor: Actor) -> Upload:
    """Record how long a file is that began without a length. The caller holds the upload's lock.

    Told once: the same again changes nothing, so that a PATCH may be repeated. Raises BadHeader for another length
    than before or one below what came, TooLarge and NoSpace as for a file that begins; what came is kept.
    """
    _check_length(length)
    with transaction.atomic():
        _one_opening_at_a_time()
        fresh = locked(Upload.objects).get(pk=upload.pk)
        if fresh.state != UploadState.RECEIVING:
            raise WrongState(_("This file has arrived already."))
        same_length(fresh.length, length, fresh.offset)
        if fresh.length is None:
            check_told_length(fresh, length)
            fresh.length = length
            fresh.save(update_fields=["length"])
            ledger.record("upload.length_told", Subject.of("upload", fresh.public_id), actor, length=length)
    upload.length = length
    return upload


def is_expired(upload: Upload) -> bool:
    """Whether an unfinished upload has heard nothing for so long that it is given up; the sweep removes it later."""
    return upload.state == UploadState.RECEIVING and upload.expires_at <= timezone.now()


def new_expiry() -> datetime:
    """When an upload that hears nothing more from now on is given up (UTC)."""
    return timezone.now() + timedelta(days=settings.UPLOAD_DAYS)


def _one_opening_at_a_time() -> None:
    """Two at once would both read the room before either takes some. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('uploads.quota'))")


def commit_offset(*, upload: Upload, offset: int) -> None:
    """Record that the first `offset` bytes are durable. The caller holds the upload's lock and has called fsync.

    One update, no ledger entry: single blocks are not acts. Hearing from a sender puts the expiry off.
    """
    expires_at = new_expiry()
    # A transaction although it is one statement: on SQLite it queues for its turn instead of polling.
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING).update(offset=offset, expires_at=expires_at)
    upload.offset, upload.expires_at = offset, expires_at


def finish_upload(*, upload: Upload, held: WriteLock | None = None) -> Upload:
    """Every byte is here: make the file durable and read-only and hand the upload to its scope's receiver.

    The state, whatever the receiver writes and its ledger entry are one transaction. Repeating it changes nothing.
    Raises Locked when somebody else still writes, WrongState for an abandoned or incomplete upload, Unwanted if the
    receiver does not take it: then it is abandoned.
    """
    if held is None:
        if Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVED).exists():
            return Upload.objects.get(pk=upload.pk)
        with WriteLock(staging.path_of(upload), patience=0) as lock:
            return finish_upload(upload=upload, held=lock)
    fresh = Upload.objects.get(pk=upload.pk)
    if fresh.state == UploadState.RECEIVED:
        return fresh
    _check_complete(fresh)
    staging.seal_against_writers(fresh)
    try:
        return _hand_over(fresh)
    except Unwanted:
        with transaction.atomic():
            _give_up(locked(Upload.objects).get(pk=upload.pk), Actor.system("receiver"), "unwanted")
        raise


def _hand_over(upload: Upload) -> Upload:
    with transaction.atomic():
        fresh = locked(Upload.objects).get(pk=upload.pk)
        if fresh.state == UploadState.RECEIVED:
            return fresh
        _check_complete(fresh)
        fresh.state = UploadState.RECEIVED
        fresh.received_at = timezone.now()
        fresh.save(update_fields=["state", "received_at"])
        receiver_for(fresh.scope)(fresh)
    return fresh


def _check_complete(upload: Upload) -> None:
    UPLOAD_TRANSITIONS.check(upload.state, UploadState.RECEIVED)
    if not upload.is_complete:
        raise InvalidInput(_("Some of the file has not arrived yet."), code="incomplete")


def abandon_upload(*, upload: Upload, actor: Actor, reason: str) -> Upload:
    """Give an unfinished upload up and remove its bytes. `reason` is a word for the ledger: terminated, withdrawn.

    Raises WrongState when it was received meanwhile, Locked when somebody still writes.
    """
    return _abandon(upload, actor, reason, patience=PATIENCE_S)


def _abandon(upload: Upload, actor: Actor, reason: str, *, patience: float, only_expired: bool = False) -> Upload:
    with contextlib.ExitStack() as stack:
        # Without a file there is no writer to keep out.
        with contextlib.suppress(Gone):
            stack.enter_context(WriteLock(staging.path_of(upload), patience=patience))
        stack.enter_context(transaction.atomic())
        fresh = locked(Upload.objects).get(pk=upload.pk)
        if fresh.state == UploadState.ABANDONED or (only_expired and not is_expired(fresh)):
            return fresh
        _give_up(fresh, actor, reason)
    return fresh


def _give_up(upload: Upload, actor: Actor, reason: str) -> None:
    """Abandon a locked upload. Its bytes go once the row says so; a death in between leaves a file for the sweep."""
    UPLOAD_TRANSITIONS.check(upload.state, UploadState.ABANDONED)
    upload.state = UploadState.ABANDONED
    upload.save(update_fields=["state"])
    ledger.record(
        "upload.abandoned", Subject.of("upload", upload.public_id), actor, reason=reason, offset=upload.offset
    )
    transaction.on_commit(lambda: staging.remove(upload))


@dataclass(slots=True)
class Swept:
    """What a sweep did."""

    finished: int = 0
    abandoned: int = 0
    orphans: int = 0


def sweep() -> Swept:
    """Finish what is complete, give up what expired, remove files that no unfinished or received upload names.

    On this computer alone: others have sweeps of their own. Running it twice, or beside senders and other sweeps,
    changes nothing more: uploads that are being written are passed over until the next time.
    """
    swept = Swept()
    receiving = Upload.objects.filter(nodes.here(), state=UploadState.RECEIVING)
    for upload in receiving.filter(offset=F("length")).iterator(chunk_size=100):
        try:
            state = finish_upload(upload=upload).state
        except Locked:
            continue
        except Unwanted:
            swept.abandoned += 1
            continue
        except (OSError, LookupError, PortalError) as error:
            logger.error("Upload %s cannot be finished: %s", upload.public_id, error)
            continue
        swept.finished += state == UploadState.RECEIVED
    unfinished = Q(length__isnull=True) | Q(offset__lt=F("length"))
    for upload in receiving.filter(unfinished, expires_at__lte=timezone.now()).iterator(chunk_size=100):
        try:
            fresh = _abandon(upload, Actor.system("sweep"), "expired", patience=0, only_expired=True)
        except (Locked, WrongState):
            continue
        swept.abandoned += fresh.state == UploadState.ABANDONED
    swept.orphans = _remove_orphans()
    return swept


_ORPHAN_AGE_S = 86_400


def _remove_orphans() -> int:
    """Files whose upload was rolled back or abandoned. A received upload's file belongs to who took it over."""
    removed = 0
    old = list(staging.files_older_than(_ORPHAN_AGE_S))
    for start in range(0, len(old), 500):
        batch = old[start : start + 500]
        kept = set(
            Upload.objects.filter(public_id__in=batch)
            .exclude(state=UploadState.ABANDONED)
            .values_list("public_id", flat=True)
        )
        for public_id in set(batch) - kept:
            staging.remove(Upload(public_id=public_id))
            removed += 1
    return removed
