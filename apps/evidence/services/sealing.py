"""Seal an original: hash it, hold it write-once under its digest, read it back. No decoder has seen it before.

Death at any point heals: the digest is recorded once it is known, `adopt` may be repeated, and the file in staging goes
only after the seal is committed; where the store is on another machine, days after it.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.core import claims
from apps.core.connections import let_go_of_connection
from apps.evidence.models import EvidenceItem
from apps.evidence.services.removal import wait_for_removal
from apps.evidence.services.working import (
    LEASE,
    WORKER,
    attempt,
    held,
    subject_of,
)
from apps.evidence.states import ITEM_TRANSITIONS, ItemState
from apps.evidence.storage import Stored, store
from apps.ledger import services as ledger
from apps.uploads import nodes, staging
from apps.uploads.models import Upload

logger = logging.getLogger(__name__)


def hash_and_seal(*, item_pk: int) -> bool:
    """Seal the item if it is received, its bytes lie here and nobody else is at it. True if this call sealed it.

    A store that is away postpones it; a file that is not what its digest says counts as a failed try.
    """
    if not EvidenceItem.objects.filter(nodes.here("upload__public_id"), pk=item_pk).exists():
        return False
    item = claims.claim(EvidenceItem, item_pk, lease=LEASE, where=Q(state=ItemState.RECEIVED))
    if item is None:
        return False
    upload = item.upload
    path = staging.path_of(upload)
    sealed = False
    with attempt(item):
        if not item.digest:
            _hash(item, path)
        wait_for_removal(item.digest)
        let_go_of_connection()
        stored = store().adopt(path, item.digest)
        _record_seal(item, stored)
        sealed = True
    if sealed and not store().staged_for:
        remove_from_staging(upload)
    return sealed


def _hash(item: EvidenceItem, path: Path) -> None:
    """Record the digest before the store is touched: the receipt can show it, and a retry need not hash again."""
    let_go_of_connection()
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256").hexdigest()
        size = handle.tell()
    with transaction.atomic():
        mine = held(item)
        mine.digest = digest
        mine.save(update_fields=["digest"])
        ledger.record(
            "evidence_item.hashed",
            subject_of(item),
            WORKER,
            digest=digest,
            size=size,
            size_as_declared=size == mine.size,
            equals_sender_digest=mine.sender_digest_agrees,
        )
    item.digest = digest


def _record_seal(item: EvidenceItem, stored: Stored) -> None:
    with transaction.atomic():
        mine = held(item)
        ITEM_TRANSITIONS.check(mine.state, ItemState.SEALED)
        mine.state = ItemState.SEALED
        mine.sealed_at = timezone.now()
        mine.failure_reason = ""
        claims.release(mine, step_done=True)
        mine.save()
        ledger.record(
            "evidence_item.sealed",
            subject_of(item),
            WORKER,
            digest=stored.digest,
            size=stored.size,
            version=stored.version,
            equals_sender_digest=mine.sender_digest_agrees,
        )


def remove_from_staging(upload: Upload) -> None:
    """Remove a sealed original's file from staging. If it cannot be, the sweep tries again."""
    try:
        staging.remove(upload)
    except OSError as error:
        logger.warning("Staging of upload %s not removed: %s", upload.public_id, error.strerror)


def clear_sealed_from_staging() -> int:
    """Remove files of originals that are sealed long enough for this store, and return how many.

    In a folder that is at once, unless the worker died between the seal's commit and the removal.
    """
    ids = list(staging.files_older_than(60))
    sealed = (
        EvidenceItem.objects.exclude(state=ItemState.RECEIVED)
        .filter(sealed_at__lte=timezone.now() - store().staged_for)
        .select_related("upload")
    )
    cleared = 0
    for start in range(0, len(ids), 500):
        for item in sealed.filter(upload__public_id__in=ids[start : start + 500]):
            remove_from_staging(item.upload)
            cleared += 1
    return cleared
