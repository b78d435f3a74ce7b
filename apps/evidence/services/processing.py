"""Make a sealed original playable: facts, poster, working copy, each recorded as soon as it is there.

The poster comes first, so that a page shows something within a second. What cannot be decoded is unplayable, with a
reason, and is not tried again; the original stays what it is.
"""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from apps.core import claims
from apps.core.connections import let_go_of_connection
from apps.evidence import selectors
from apps.evidence.copy_sound import decide_sound
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services.other_kinds import make_viewable, record_kind
from apps.evidence.services.working import (
    LEASE,
    WORKER,
    AnswerChanged,
    add_derivative,
    attempt,
    end_remake,
    end_step,
    held,
    keep_derivative,
    record_facts,
    subject_of,
)
from apps.evidence.states import CopySound, DerivativeKind, ItemKind, ItemState
from apps.evidence.storage import EvidenceStore, Stored, original_key, store
from apps.ledger import services as ledger
from apps.media import recipes, timing
from apps.media.errors import MediaError, Undecodable
from apps.media.facts import ProbeFacts
from apps.media.lanes import LongLane
from apps.media.probe import probe
from apps.media.produce import WorkingCopy, make_poster, make_strip, make_working_copy
from apps.media.scratch import job_folder

logger = logging.getLogger(__name__)
SHORTEST_STRIP_S = 2.0
FIRST_BYTES = 32


DUE = Q(state=ItemState.SEALED) | Q(state=ItemState.PLAYABLE, remake_asked_at__isnull=False)


def make_next_playable() -> bool:
    """Process the item whose turn it is. True if this call ended the processing of one; what failed is passed over."""
    if any(make_playable(item_pk=item_pk) for item_pk in selectors.items_by_turn(limit=20)):
        return True
    # What plays already comes after all that does not play yet.
    return any(make_playable(item_pk=item_pk) for item_pk in selectors.due_remakes(limit=20))


def make_playable(*, item_pk: int) -> bool:
    """Process the item if it is sealed, or to be made anew, and nobody else is at it. True if this call ended that."""
    with LongLane(Path(settings.SCRATCH_DIR)) as lane:
        if EvidenceItem.objects.filter(pk=item_pk, takes_long=True).exists() and not lane.take():
            return False
        item = claims.claim(EvidenceItem, item_pk, lease=LEASE, where=DUE)
        if item is None:
            return False
        done = False
        with attempt(item):
            let_go_of_connection()
            key = original_key(item.digest)
            with scratch_folder() as scratch, store().local_file(key, scratch=scratch) as source:
                try:
                    _process(item, source, scratch, lane)
                except Undecodable as error:
                    _record_unplayable(item, error, source)
            done = True
        return done


def _may_go_on(item: EvidenceItem, lane: LongLane) -> bool:
    """Whether the item, whose first slice is over, finds a lane for long work that its partner does not hold yet."""
    if item.takes_long:
        return True
    try:
        if selectors.partner_has_long_work(item) or not lane.take():
            return False
        with transaction.atomic():
            mine = held(item)
            mine.takes_long = True
            mine.save(update_fields=["takes_long"])
        item.takes_long = True
        return True
    finally:
        let_go_of_connection()


def _process(item: EvidenceItem, source: Path, scratch: Path, lane: LongLane) -> None:
    keep = store()
    try:
        facts = probe(source, scratch=scratch, declared_name=item.filename)
    except Undecodable as refusal:
        make_viewable(item, source, scratch, refusal)
        return
    record_kind(item, ItemKind.VIDEO)
    record_facts(item, facts)
    _poster(item, source, facts, scratch)
    let_go_of_connection()
    target = scratch / "working-copy.mp4"
    go_on = functools.partial(_may_go_on, item, lane)
    copy_sound = decide_sound(item) if facts.audio else ""
    let_go_of_connection()
    kept = copy_sound == CopySound.KEPT
    copy = make_working_copy(source, target, facts, scratch=scratch, sound=kept, may_go_on=go_on)
    stored = keep.put_derivative(target)
    table = _stored_times(copy, stored.digest, scratch, keep)
    _strip(item, target, copy, scratch)
    with transaction.atomic():
        mine = held(item)
        # Who takes back a yes while the copy is made has it made again before anybody hears it.
        if facts.audio and decide_sound(mine) != copy_sound:
            raise AnswerChanged("The answer about sound has changed.")
        if table:
            keep_derivative(
                mine,
                DerivativeKind.TIMES,
                table,
                content_type=timing.CONTENT_TYPE,
                recipe=recipes.name_of("times"),
            )
        if copy.timing:
            mine.probe = {**mine.probe, "timing": copy.timing.to_json()}
        made, _created = keep_derivative(
            mine,
            DerivativeKind.WORKING_COPY,
            stored,
            content_type="video/mp4",
            recipe=recipes.name_of(copy.recipe),
            sound=copy_sound,
        )
        # A video that breaks off plays as far as it goes, and the page says so.
        end_step(mine, ItemState.PLAYABLE, problem="incomplete" if copy.incomplete else "")
        ledger.record(
            "evidence_item.playable",
            subject_of(item),
            WORKER,
            digest=made.digest,
            size=made.size,
            recipe=made.recipe,
            kind=mine.kind,
            problem=mine.problem,
            sound=copy_sound,
            times=table.digest if table else "",
        )


def _stored_times(copy: WorkingCopy, film: str, scratch: Path, keep: EvidenceStore) -> Stored | None:
    """The table of the pictures' times as a stored object. A film without one is stepped by its average rate."""
    if copy.times is None:
        return None
    target = scratch / "times.json.gz"
    copy.times.save(target, film=film)
    return keep.put_derivative(target)


def _poster(item: EvidenceItem, source: Path, facts: ProbeFacts, scratch: Path) -> None:
    """Record a poster once. One that cannot be made is no reason to withhold the video."""
    if item.remake_asked_at is None and _has(item, DerivativeKind.POSTER):
        return
    let_go_of_connection()
    target = scratch / "poster.jpg"
    try:
        make_poster(source, target, facts, scratch=scratch)
    except Undecodable as error:
        logger.info("Item %s has no poster: %s", item.public_id, error)
        return
    add_derivative(
        item, DerivativeKind.POSTER, target, recipe=recipes.name_of("still"), act="evidence_item.poster_made"
    )


def _strip(item: EvidenceItem, film: Path, copy: WorkingCopy, scratch: Path) -> None:
    """Record a contact strip. One that cannot be made is no reason to withhold the video."""
    if copy.duration_s < SHORTEST_STRIP_S or (item.remake_asked_at is None and _has(item, DerivativeKind.STRIP)):
        return
    let_go_of_connection()
    target = scratch / "strip.jpg"
    timing_of = copy.timing
    group_s = timing_of.longest_group * timing_of.usual_s if timing_of else 0.0
    try:
        make_strip(film, target, duration_s=copy.duration_s, group_s=group_s, scratch=scratch)
    except MediaError as error:
        logger.info("Item %s has no contact strip: %s", item.public_id, error)
        return
    add_derivative(item, DerivativeKind.STRIP, target, recipe=recipes.name_of("strip"), act="evidence_item.strip_made")


def _has(item: EvidenceItem, kind: DerivativeKind) -> bool:
    return Derivative.objects.in_use().filter(item=item, kind=kind).exists()


def _record_unplayable(item: EvidenceItem, error: Undecodable, source: Path) -> None:
    problem = f"{error.code} name_differs" if error.name_differs else error.code
    with source.open("rb") as file:
        beginning = file.read(FIRST_BYTES).hex()
    with transaction.atomic():
        mine = held(item)
        if mine.remake_asked_at is not None:
            end_remake(mine, problem)
            return
        mine.beginning = beginning
        end_step(mine, ItemState.UNPLAYABLE, problem=problem)
        ledger.record("evidence_item.unplayable", subject_of(item), WORKER, problem=problem, kind=mine.kind)


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A new empty folder under SCRATCH_DIR, removed with all that is in it: now, or after a kill by the next worker."""
    base = Path(settings.SCRATCH_DIR)
    base.mkdir(parents=True, exist_ok=True, mode=0o700)
    with job_folder(base) as folder:
        yield folder
