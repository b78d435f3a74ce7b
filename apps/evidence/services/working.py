"""What sealing and processing share: working without a connection, keeping a lease alive, and ending without a result.

A worker that is killed stops renewing, so its lease ends within LEASE and the next sweep finds the item. That is why
the lease is short and renewed, instead of as long as the longest transcode.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.core import claims
from apps.core.claims import MAX_ATTEMPTS
from apps.core.locks import locked
from apps.core.models import Claimable
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.states import ITEM_TRANSITIONS, STUCK, DerivativeKind, ItemState
from apps.evidence.storage import Stored, StoreError, StoreUnavailable, store
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.media.errors import MediaError, SliceOver, Unconfined
from apps.media.facts import ProbeFacts, SoundFacts
from apps.media.recipes import GENERATION

logger = logging.getLogger(__name__)

WORKER = Actor.system("worker")
LEASE = timedelta(seconds=45)
BEAT = timedelta(seconds=10)
STUCK_NOW = Q(attempts__gte=MAX_ATTEMPTS) & (
    Q(state__in=(ItemState.RECEIVED, ItemState.SEALED), problem="") | Q(remake_asked_at__isnull=False)
)
"""Items whose step died as often as it may, and of which nothing is recorded yet."""
PAUSE_AFTER_FAILURE = timedelta(seconds=30)


class AnswerChanged(Exception):
    """What was decided when the work began no longer holds: it is made again, by what holds now."""


class LeaseLost(Exception):
    """Somebody else holds the item now: what was worked out here is dropped."""


def subject_of(item: EvidenceItem) -> Subject:
    """The item as the ledger names it."""
    return Subject.of("evidence_item", item.public_id)


@contextlib.contextmanager
def lease_kept(job: Claimable, *, lease: timedelta = LEASE, beat: timedelta = BEAT) -> Iterator[None]:
    """Renew a job's lease from a thread while the body works. The thread holds a connection only while it asks."""
    stop, name = threading.Event(), f"{job._meta.model_name} {job.pk}"

    def renew() -> None:
        while not stop.wait(beat.total_seconds()):
            try:
                with transaction.atomic():
                    alive = claims.renew(job, lease=lease)
            except DatabaseError as error:
                logger.warning("Lease of %s not renewed: %s", name, type(error).__name__)
                continue
            finally:
                connection.close()
            if not alive:
                return

    thread = threading.Thread(target=renew, name=f"lease of {name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)


@contextlib.contextmanager
def attempt(item: EvidenceItem) -> Iterator[None]:
    """One try of the item's present step: keeps the lease, and ends the try when the body fails.

    Swallows what is expected (a lost lease, a store that is away, a file or object that is not what it should be) and
    passes on what is not, after giving the item free.
    """
    try:
        try:
            with lease_kept(item):
                yield
        except (StoreUnavailable, Unconfined, AnswerChanged) as error:
            postpone(item, reason=str(error))
        except SliceOver:
            put_behind(item)
        except MediaError as error:
            give_up(item, reason=str(error), problem=error.code)
        except StoreError as error:
            give_up(item, reason=str(error))
        except FileNotFoundError:
            give_up(item, reason="A file that the step needs is not there.")
        except LeaseLost:
            raise
        except Exception as error:
            give_up(item, reason=type(error).__name__)
            raise
    except LeaseLost:
        logger.info("Item %s went to another worker.", item.public_id)


def held(item: EvidenceItem) -> EvidenceItem:
    """The item, fresh and locked, in the caller's transaction. Raises LeaseLost if the lease is no longer ours."""
    mine = claims.locked_if_held(item)
    if mine is None:
        raise LeaseLost
    return mine


def keep_derivative(
    mine: EvidenceItem, kind: DerivativeKind, stored: Stored, *, content_type: str, recipe: str, sound: str = ""
) -> tuple[Derivative, bool]:
    """Record what was made, for an item that is held. Whether it is new.

    One of this kind that is in use already stays, unless the item is made anew: then the new one takes its place.
    """
    there = Derivative.objects.in_use().filter(item=mine, kind=kind).first()
    if there is not None:
        same = (there.digest, there.recipe) == (stored.digest, recipe)
        if same and there.sound != sound:
            there.sound = sound
            there.save(update_fields=["sound"])
        if same or mine.remake_asked_at is None or there.created_at > mine.remake_asked_at:
            return there, False
        there.replaced_at = timezone.now()
        there.save(update_fields=["replaced_at"])
    made = Derivative.objects.create(
        item=mine,
        kind=kind,
        digest=stored.digest,
        size=stored.size,
        content_type=content_type,
        recipe=recipe,
        sound=sound,
    )
    return made, True


def add_derivative(item: EvidenceItem, kind: DerivativeKind, made: Path, *, recipe: str, act: str) -> None:
    """Store a picture that goes beside the working copy, and record it once, as `act`."""
    stored = store().put_derivative(made)
    with transaction.atomic():
        mine = held(item)
        _made, created = keep_derivative(mine, kind, stored, content_type="image/jpeg", recipe=recipe)
        if created:
            ledger.record(act, subject_of(item), WORKER, digest=stored.digest, size=stored.size)


def record_facts(item: EvidenceItem, facts: ProbeFacts | SoundFacts) -> None:
    """Facts stand before anything is made; a second try that finds the same says nothing again."""
    found = facts.to_json()
    if item.probe == found:
        return
    with transaction.atomic():
        mine = held(item)
        mine.probe = found
        mine.save(update_fields=["probe"])
        duration_ms = round(facts.duration_s * 1000) if facts.duration_s is not None else None
        ledger.record(
            "evidence_item.probed",
            subject_of(item),
            WORKER,
            container=facts.container,
            duration_ms=duration_ms,
            notes=[*facts.notes],
        )
    item.probe = found


def end_step(mine: EvidenceItem, state: ItemState, *, problem: str) -> None:
    """The step is over: the held item gets its new state, and nobody's lease."""
    if mine.state != state or mine.remake_asked_at is None:
        ITEM_TRANSITIONS.check(mine.state, state)
    mine.state = state
    mine.made_by = GENERATION
    mine.remake_asked_at = None
    mine.problem = problem
    mine.failure_reason = ""
    mine.processed_at = timezone.now()
    claims.release(mine, step_done=True)
    mine.save()


def end_remake(mine: EvidenceItem, problem: str) -> None:
    """What should have taken the place of the copies cannot be made: those stay, and the item is what it was."""
    mine.remake_asked_at = None
    mine.made_by = GENERATION
    claims.release(mine, step_done=True)
    mine.save()
    ledger.record("evidence_item.remake_failed", subject_of(mine), WORKER, problem=problem)


def postpone(item: EvidenceItem, *, reason: str) -> None:
    """End without a result for a cause that is not the item's, see `claims.postpone`. Raises LeaseLost."""
    if not claims.postpone(item, pause=PAUSE_AFTER_FAILURE, reason=reason):
        raise LeaseLost
    logger.warning("Item %s waits: %s", item.public_id, reason)


def put_behind(item: EvidenceItem) -> None:
    """End without a result because it takes long and others wait: free at once, and the try does not count."""
    with transaction.atomic():
        mine = held(item)
        mine.takes_long = True
        mine.attempts = max(0, mine.attempts - 1)
        mine.lease_token = mine.leased_until = None
        mine.save(update_fields=["takes_long", "attempts", "lease_token", "leased_until"])
    logger.info("Item %s takes long and goes behind the others.", item.public_id)


def give_up(item: EvidenceItem, *, reason: str, problem: str = STUCK) -> None:
    """End without a result for a cause that may be the item's: the try counts, and the last one ends the trying."""
    with transaction.atomic():
        mine = held(item)
        if mine.attempts >= MAX_ATTEMPTS:
            _record_stuck(mine, reason, problem)
        else:
            _rest(mine, reason)
    logger.warning("Item %s: step failed (try %d): %s", item.public_id, mine.attempts, reason)


def record_if_stuck(*, item_pk: int) -> bool:
    """Record that an item's step died as often as it may. True if this call recorded it."""
    with transaction.atomic():
        now = timezone.now()
        item = locked(EvidenceItem.objects).filter(STUCK_NOW, pk=item_pk).exclude(leased_until__gte=now).first()
        if item is None:
            return False
        _record_stuck(item, item.failure_reason or "the worker died", STUCK)
        return True


def _rest(item: EvidenceItem, reason: str) -> None:
    """Nobody's lease, but not free before the pause is over: a fault that stays is not met again at once."""
    item.lease_token = None
    item.leased_until = timezone.now() + PAUSE_AFTER_FAILURE
    item.failure_reason = reason
    item.save(update_fields=["lease_token", "leased_until", "attempts", "failure_reason"])


def _record_stuck(item: EvidenceItem, reason: str, problem: str) -> None:
    """A received item stays received: its bytes are whole in staging and a person may try again."""
    if item.remake_asked_at is not None:
        end_remake(item, problem)
        return
    if item.state == ItemState.SEALED:
        ITEM_TRANSITIONS.check(item.state, ItemState.UNPLAYABLE)
        item.state = ItemState.UNPLAYABLE
        item.processed_at = timezone.now()
    item.problem = problem
    item.failure_reason = reason
    item.lease_token = None
    item.leased_until = None
    item.save()
    action = "evidence_item.unplayable" if item.state == ItemState.UNPLAYABLE else "evidence_item.seal_stuck"
    ledger.record(action, subject_of(item), WORKER, problem=problem, tries=item.attempts)
