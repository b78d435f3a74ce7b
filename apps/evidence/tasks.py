"""Doorbells: an id comes in, one service runs. What a broker loses, the sweep finds."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings

from apps.core.background import enqueue_after_commit
from apps.evidence import deadlines, selectors
from apps.evidence.models import EvidenceItem
from apps.evidence.services import (
    excerpts,
    fixity,
    locks,
    processing,
    removal,
    scanning,
    sealing,
    test_clips,
    working,
)
from apps.evidence.states import ItemState
from apps.evidence.storage import StoreError, store
from apps.ledger.values import Actor

# A message that waited longer than two sweeps says nothing that a later sweep does not say again.
STALE_AFTER = 120
# 40 GB over a slow line to an object store and back. A worker that dies meanwhile lets its lease end within a minute.
LONGEST_SEAL = timedelta(hours=24)


@shared_task(expires=STALE_AFTER, time_limit=int(LONGEST_SEAL.total_seconds()))
def process_item(item_pk: int) -> None:
    """Do the step that is due for the item: seal it here (queue `seal`); decoding goes to the queue `media`."""
    sealing.hash_and_seal(item_pk=item_pk)
    if EvidenceItem.objects.filter(pk=item_pk, state=ItemState.SEALED).exists():
        enqueue_after_commit("apps.evidence.tasks.make_next_playable")


@shared_task(expires=STALE_AFTER, time_limit=600)
def check_test_clip(clip_pk: int) -> None:
    """See whether a test clip plays, and let go of it. On the computer where its bytes lie (queue `seal`)."""
    test_clips.check_clip(clip_pk=clip_pk)


@shared_task(expires=STALE_AFTER)
def make_next_playable() -> None:
    """Probe, poster and working copy of the item whose turn it is, whichever rang. Queue `media`, lowest priority."""
    if processing.make_next_playable() and (selectors.items_by_turn(limit=1) or selectors.due_remakes(limit=1)):
        # What was put behind another has no bell of its own.
        enqueue_after_commit("apps.evidence.tasks.make_next_playable")


@shared_task(expires=STALE_AFTER)
def make_excerpt(pk: int) -> None:
    """Make a still or a clip that somebody asked for. Queue `media`."""
    excerpts.make_excerpt(pk=pk)


@shared_task(expires=STALE_AFTER)
def keep_locked(item_pk: int) -> None:
    """Tell the store how long to lock the item's original. What it does not hear now, `renew_locks` tells it."""
    try:
        locks.keep_as_decided(item_pk=item_pk)
    except StoreError as error:
        working.logger.warning("The lock of item %s waits: %s", item_pk, error)


@shared_task(time_limit=3000)
def renew_locks() -> None:
    """Renew the locks of originals that the portal keeps, in a store that locks."""
    locks.renew_locks()


@shared_task(expires=STALE_AFTER, time_limit=3600)
def scan_items() -> int:
    """Ask the virus scanner, where there is one, about originals of which it said nothing yet. Queue `bulk`."""
    return scanning.scan_due_items()


@shared_task(time_limit=int(LONGEST_SEAL.total_seconds()))
def check_due_fixity() -> None:
    """Read originals that are due today: for a minute out of five, so that exports and imports get their turns."""
    if settings.FIXITY_DAYS:
        fixity.check_due_fixity(actor=Actor.system("fixity"), seconds=60)


@shared_task(expires=STALE_AFTER)
def remove_objects(pk: int) -> None:
    """Remove the bytes of an item that was disposed of."""
    removal.remove_objects(pk=pk)


@shared_task(time_limit=300)
def tell_of_deadlines() -> int:
    """Tell authors of recordings that will be overwritten soon, and of which nothing came yet."""
    return deadlines.tell_of_deadlines()


@shared_task(expires=STALE_AFTER)
def sweep_evidence() -> None:
    """Enqueue every item whose step is due, record those that are stuck, and clear what dead workers left."""
    for item_pk in selectors.stuck_item_pks():
        working.record_if_stuck(item_pk=item_pk)
    for item_pk in selectors.due_item_pks(limit=50):
        enqueue_after_commit("apps.evidence.tasks.process_item", item_pk)
    if selectors.due_remakes(limit=1):
        enqueue_after_commit("apps.evidence.tasks.make_next_playable")
    for pk in removal.due_removals():
        enqueue_after_commit("apps.evidence.tasks.remove_objects", pk)
    for pk in excerpts.due_excerpts():
        enqueue_after_commit("apps.evidence.tasks.make_excerpt", pk)
    for clip_pk in test_clips.due_clips():
        enqueue_after_commit("apps.evidence.tasks.check_test_clip", clip_pk)
    test_clips.give_up_clips()
    sealing.clear_sealed_from_staging()
    try:
        store().clear_unfinished(older_than=LONGEST_SEAL)
    except StoreError as error:
        working.logger.warning("The store was not swept: %s", error)
