"""The worker's side: make the redacted copy from the sealed original, prove it, record both in one transaction.

A worker that dies at any point leaves a signed redaction whose lease ends; the next one makes it anew. Bytes are named
by their digest, and the derivative is written with the state, so nothing is there twice.
"""

from __future__ import annotations

import logging
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.core import claims
from apps.core.connections import let_go_of_connection
from apps.core.errors import PortalError, WrongState
from apps.core.locks import locked
from apps.evidence import policies
from apps.evidence.copy_sound import decide_sound
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.picture_times import film_times
from apps.evidence.services.processing import scratch_folder
from apps.evidence.services.working import LEASE, PAUSE_AFTER_FAILURE, WORKER, LeaseLost, lease_kept, subject_of
from apps.evidence.states import CopySound, DerivativeKind
from apps.evidence.storage import Stored, StoreError, original_key, store
from apps.ledger import services as ledger
from apps.media import recipes
from apps.media.errors import MediaError, MediaInterrupted, Unconfined
from apps.media.facts import ProbeFacts
from apps.media.redacted import Plan, Proof, make_redacted, prove_redacted
from apps.redaction.letters import tell_author
from apps.redaction.models import PlanVersion, Redaction
from apps.redaction.selectors import newest_plan
from apps.redaction.services import guard
from apps.redaction.states import REDACTION_TRANSITIONS, RedactionState

logger = logging.getLogger(__name__)

AT_ONCE = 20
STOPPED, NOT_OPENED, SOUND, NO_TIMES = "stopped_three_times", "not_opened", "sound", "no_times"


def due_redactions() -> list[int]:
    """What was signed off and nobody works on, the oldest first. What died too often is given up here."""
    rows = Redaction.objects.filter(claims.free(), state=RedactionState.SIGNED)
    for redaction in rows.filter(attempts__gte=claims.MAX_ATTEMPTS)[:AT_ONCE]:
        _fail(redaction, STOPPED, token=None)
    return list(rows.filter(attempts__lt=claims.MAX_ATTEMPTS).order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def make_redacted_copy(*, pk: int) -> bool:
    """Make and prove it, if nobody else is at it. True if this call ended it, one way or the other."""
    redaction = claims.claim(Redaction, pk, lease=LEASE, where=Q(state=RedactionState.SIGNED))
    if redaction is None:
        return False
    item = EvidenceItem.objects.get(pk=redaction.item_id)
    try:
        with lease_kept(redaction):
            if item.state in policies.NEVER_OPENED:
                return _fail(redaction, NOT_OPENED, token=redaction.lease_token)
            signed = newest_plan(redaction)
            plan = _for_worker(redaction, signed, item)
            let_go_of_connection()
            with scratch_folder() as scratch, store().local_file(original_key(item.digest), scratch=scratch) as source:
                made, proof = _make(item, source, plan, scratch)
                stored = store().put_derivative(made)
            return _record(redaction, signed, stored, proof)
    except WrongState:
        return _fail(redaction, NO_TIMES, token=redaction.lease_token)
    except (StoreError, Unconfined, MediaInterrupted, OSError, PortalError) as error:
        _postpone(redaction, type(error).__name__)
    except MediaError as error:
        return _fail(redaction, error.code, token=redaction.lease_token)
    except LeaseLost:
        logger.info("Redaction %s went to another worker.", redaction.public_id)
    return False


def _for_worker(redaction: Redaction, signed: PlanVersion, item: EvidenceItem) -> Plan:
    _film, times = film_times(item, redaction.film)
    content = signed.plan()
    return Plan(
        film=times,
        regions=[one.frames for one in content.regions],
        sound=redaction.keeps_sound,
        muted=[(times[one.first], _end_of(times, one.last)) for one in content.mutes],
    )


def _end_of(times: list[float], picture: int) -> float:
    """The second at which a picture ends; the last one lasts as long as the film may."""
    return times[picture + 1] if picture + 1 < len(times) else times[-1] + 60.0


def _make(item: EvidenceItem, source: Path, plan: Plan, scratch: Path) -> tuple[Path, Proof]:
    facts, target = ProbeFacts.from_json(item.probe), scratch / "redacted.mp4"
    make_redacted(source, target, facts, plan, scratch=scratch)
    return target, prove_redacted(source, target, facts, plan, scratch=scratch)


def _record(redaction: Redaction, signed: PlanVersion, stored: Stored, proof: Proof) -> bool:
    with transaction.atomic():
        mine = claims.locked_if_held(redaction)
        if mine is None:
            raise LeaseLost
        # Who disposes of the item holds it too: the removal then either stops this, or finds the new derivative.
        item = locked(EvidenceItem.objects).get(pk=mine.item_id)
        if item.state in policies.NEVER_OPENED:
            return _fail(mine, NOT_OPENED, token=mine.lease_token)
        if proof.sound and decide_sound(item) != CopySound.KEPT:
            return _fail(mine, SOUND, token=mine.lease_token)
        REDACTION_TRANSITIONS.check(mine.state, RedactionState.PROVEN)
        mine.made = Derivative.objects.create(
            item=item,
            kind=DerivativeKind.REDACTED,
            digest=stored.digest,
            size=stored.size,
            content_type="video/mp4",
            recipe=recipes.name_of("redacted"),
            sound=CopySound.KEPT if proof.sound else "",
        )
        facts = {**proof.to_json(), "recipe": mine.made.recipe, "plan": signed.digest, "digest": stored.digest}
        mine.state, mine.proof = RedactionState.PROVEN, facts
        claims.release(mine, step_done=True)
        mine.save()
        entry = ledger.record(
            "evidence_item.redacted",
            subject_of(item),
            WORKER,
            redaction=str(mine.public_id),
            original=item.digest,
            plan=signed.digest,
            digest=stored.digest,
            size=stored.size,
            recipe=mine.made.recipe,
            pictures=proof.pictures,
            boxes=proof.boxes,
            pixels=proof.pixels,
            least=proof.least,
            sound=proof.sound,
            loudest=proof.loudest,
        )
        tell_author(mine, "proven", once=str(entry.public_id))
        return True


def _fail(redaction: Redaction, problem: str, *, token: UUID | None) -> bool:
    """It cannot be made as it was signed. Nothing if somebody else is at it."""
    with transaction.atomic():
        redaction.lease_token = token
        mine = claims.locked_if_held(redaction) if token else claims.locked_if_free(redaction)
        if mine is None or mine.state != RedactionState.SIGNED:
            return False
        REDACTION_TRANSITIONS.check(mine.state, RedactionState.FAILED)
        mine.state, mine.problem = RedactionState.FAILED, problem
        claims.release(mine, step_done=True)
        mine.save()
        entry = ledger.record("redaction.failed", guard.subject_of(mine), WORKER, problem=problem)
        tell_author(mine, "failed", once=str(entry.public_id))
        return True


def _postpone(redaction: Redaction, reason: str) -> None:
    if claims.postpone(redaction, pause=PAUSE_AFTER_FAILURE, reason=reason):
        logger.warning("Redaction %s waits: %s", redaction.public_id, reason)
