"""Removing the bytes of what was disposed of: the database says so first, then a worker empties the store.

Any step may be the last one of a worker that dies; the next worker does all of them again, and each finds done what is
done. Bytes that another item has too stay. An upload of the same bytes that is being sealed meanwhile waits
(`wait_for_removal`): its digest is in the database before it looks whether a removal runs, and a removal has its lease
before it looks for others with the digest. So at least one of the two sees the other.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import claims
from apps.core.background import enqueue_after_commit
from apps.core.connections import let_go_of_connection
from apps.core.errors import WrongState
from apps.evidence.models import Derivative, EvidenceItem, ObjectRemoval
from apps.evidence.services.working import PAUSE_AFTER_FAILURE, WORKER, LeaseLost, subject_of
from apps.evidence.states import ITEM_TRANSITIONS, ItemState
from apps.evidence.storage import StoreError, StoreUnavailable, derivative_key, original_key, store
from apps.ledger import services as ledger
from apps.uploads import nodes, staging

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
AT_ONCE = 100


def check_kept(item: EvidenceItem) -> None:
    """Raise WrongState for an item that was disposed of: nothing is decided about it any more."""
    if item.state == ItemState.DISPOSED:
        raise WrongState(_("This item was disposed of. Only its facts and its custody are kept."), code="disposed")


def start_removal(item: EvidenceItem) -> ObjectRemoval:
    """Mark the locked item as disposed of, in the caller's transaction; a worker removes its bytes after the commit."""
    ITEM_TRANSITIONS.check(item.state, ItemState.DISPOSED)
    item.state = ItemState.DISPOSED
    item.lease_token = item.leased_until = None
    item.save(update_fields=["state", "lease_token", "leased_until"])
    removal = ObjectRemoval.objects.create(item=item)
    enqueue_after_commit("apps.evidence.tasks.remove_objects", removal.pk)
    return removal


def due_removals() -> list[int]:
    """Removals that are not done, that nobody works on, and of which staging here may hold bytes.

    Those whose workers died again and again begin anew.
    """
    rows = ObjectRemoval.objects.filter(claims.free(), nodes.here("item__upload__public_id"), done_at__isnull=True)
    rows.filter(attempts__gte=claims.MAX_ATTEMPTS).update(attempts=0)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def wait_for_removal(digest: str) -> None:
    """Raise StoreUnavailable while a worker removes an original of this digest: sealing then tries again later."""
    if ObjectRemoval.objects.filter(
        done_at__isnull=True, lease_token__isnull=False, leased_until__gte=timezone.now(), item__digest=digest
    ).exists():
        raise StoreUnavailable("The same bytes are being removed.")


def remove_objects(*, pk: int) -> bool:
    """Remove original, derivatives and what is left in staging here. True if this call finished it.

    A store that is away, or that locks an object still, postpones it without end: evidence that may go does no harm.
    """
    if not ObjectRemoval.objects.filter(nodes.here("item__upload__public_id"), pk=pk).exists():
        return False
    removal = claims.claim(ObjectRemoval, pk, lease=LEASE, where=Q(done_at__isnull=True))
    if removal is None:
        return False
    item = EvidenceItem.objects.select_related("upload").get(pk=removal.item_id)
    try:
        kept = _empty_store(removal, item)
        staging.remove(item.upload)
        return _record(removal, item, kept)
    except (StoreError, OSError) as error:
        logger.warning("Removal %s waits: %s", removal.public_id, error)
        _postpone(removal, str(error))
    except LeaseLost:
        logger.info("Removal %s went to another worker.", removal.public_id)
    return False


def removed_since(since: datetime | None, before: datetime) -> Iterator[str]:
    """Keys of objects that were removed before that time, and that no item has any more: copies of them go too."""
    done = ObjectRemoval.objects.filter(done_at__lt=before)
    if since is not None:
        done = done.filter(done_at__gte=since)
    for removal in done.select_related("item").order_by("pk").iterator(chunk_size=1000):
        yield from _nobody_elses(removal.item)[0]


def _empty_store(removal: ObjectRemoval, item: EvidenceItem) -> bool:
    """Remove what no other item has. Says whether the original stays because another item has the same bytes."""
    keys, others = _nobody_elses(item)
    for key in keys:
        if not claims.renew(removal, lease=LEASE):
            raise LeaseLost
        let_go_of_connection()
        store().remove(key)
    return others


def _nobody_elses(item: EvidenceItem) -> tuple[list[str], bool]:
    """The keys of what no other item has, and whether another one has the same original."""
    kept_items = EvidenceItem.objects.exclude(pk=item.pk).exclude(state=ItemState.DISPOSED)
    others = kept_items.filter(digest=item.digest).exists()
    made = list(Derivative.objects.filter(item=item).values_list("digest", flat=True))
    shared = set(Derivative.objects.filter(item__in=kept_items, digest__in=made).values_list("digest", flat=True))
    keys = [derivative_key(digest) for digest in made if digest not in shared]
    return (keys if others else [*keys, original_key(item.digest)]), others


def _record(removal: ObjectRemoval, item: EvidenceItem, kept: bool) -> bool:
    with transaction.atomic():
        mine = claims.locked_if_held(removal)
        if mine is None:
            raise LeaseLost
        mine.done_at, mine.failure_reason = timezone.now(), ""
        claims.release(mine, step_done=True)
        mine.save()
        ledger.record(
            "evidence_item.objects_removed",
            subject_of(item),
            WORKER,
            digest=item.digest,
            another_item_has_the_bytes=kept,
        )
    return True


def _postpone(removal: ObjectRemoval, reason: str) -> None:
    with transaction.atomic():
        mine = claims.locked_if_held(removal)
        if mine is None:
            return
        mine.attempts = 0
        mine.lease_token, mine.leased_until = None, timezone.now() + PAUSE_AFTER_FAILURE
        mine.failure_reason = reason
        mine.save(update_fields=["attempts", "lease_token", "leased_until", "failure_reason"])
