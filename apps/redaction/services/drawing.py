"""start_redaction, save_plan, undo_plan, submit_redaction: the author's side."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Case
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.core.once import create_once
from apps.evidence import policies as evidence
from apps.evidence import selectors
from apps.evidence.copy_sound import decide_sound
from apps.evidence.given_again import cases_of
from apps.evidence.models import EvidenceItem
from apps.evidence.picture_times import film_times
from apps.evidence.states import CopySound, ItemKind
from apps.ledger import services as ledger
from apps.media.facts import ProbeFacts
from apps.media.redacted import picture_size
from apps.redaction import policies
from apps.redaction.letters import tell_readers
from apps.redaction.models import PlanVersion, Redaction
from apps.redaction.plan import RedactionPlan
from apps.redaction.services.guard import actor_of, locked_redaction, subject_of
from apps.redaction.states import EDITABLE, REDACTION_TRANSITIONS, RedactionState

TITLE_MAX = 120


def start_redaction(
    *, case: Case, item: EvidenceItem, title: str, keeps_sound: bool, user: User, request_key: UUID | None
) -> Redaction:
    """Begin a redaction of a film, with nothing in it; a repeat of the key finds the first one.

    Raises NotFound for an item that is not of the case or not for the person, NotAllowed without a purpose that opens
    it, InvalidInput for the title and for sound that may not be in copies, WrongState and Unavailable as `film_times`.
    """
    if case not in cases_of(item) or not evidence.can_play_item(user, item) or not policies.can_redact(user, case):
        raise NotFound(_("There is no such item, or it is not for you."))
    if selectors.purpose_for(user, item) is None:
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    title = text.line(title, field="title", most=TITLE_MAX)
    if item.kind not in ("", ItemKind.VIDEO) or not item.probe:
        raise WrongState(_("Only videos that play can be redacted here."))
    film, times = film_times(item)
    facts = ProbeFacts.from_json(item.probe)
    if keeps_sound and (not facts.audio or decide_sound(item) != CopySound.KEPT):
        raise InvalidInput.about("keeps_sound", _("Sound may not be in copies of this video."))
    width, height = picture_size(facts)
    with transaction.atomic():
        mine, created = create_once(
            Redaction,
            request_key=request_key,
            case=case,
            item=item,
            author=user,
            title=title,
            film=film,
            width=width,
            height=height,
            pictures=len(times),
            keeps_sound=keeps_sound,
        )
        if not created:
            if (mine.item_id, mine.author_id) != (item.pk, user.pk):
                raise NotFound(_("There is no such redaction, or it is not for you."))
            return mine
        _keep(mine, RedactionPlan(), undo_to=0)
        ledger.record(
            "redaction.started",
            subject_of(mine),
            actor_of(user, mine),
            item=str(item.public_id),
            case=str(case.public_id),
            film=film,
            sound=keeps_sound,
            private={"title": title},
        )
        return mine


def save_plan(*, redaction: Redaction, version: int, content: Any, user: User) -> Redaction:
    """Keep what the author drew: the whole of it, as the page has it. The same again changes nothing.

    One that was returned, or that could not be made, is a draft again. Raises NotFound, NotAllowed for anybody but the
    author, Stale, WrongState while it is read or made, InvalidInput as `RedactionPlan.read`.
    """
    plan = RedactionPlan.read(content, redaction.frame)
    with transaction.atomic():
        mine = _editable(redaction, version, user)
        before = PlanVersion.objects.get(redaction=mine, number=mine.version)
        if before.digest == plan.digest:
            return mine
        return _changed(mine, plan, user, "redaction.changed", undo_to=mine.version)


def undo_plan(*, redaction: Redaction, version: int, user: User) -> Redaction:
    """Bring back what was there before the last change; once more, before the one before that.

    Raises as `save_plan`, WrongState if there is nothing before it.
    """
    with transaction.atomic():
        mine = _editable(redaction, version, user)
        newest = PlanVersion.objects.get(redaction=mine, number=mine.version)
        earlier = PlanVersion.objects.filter(redaction=mine, number=newest.undo_to).first()
        if earlier is None:
            raise WrongState(_("There is nothing to undo."), code="undo")
        return _changed(mine, earlier.plan(), user, "redaction.undone", undo_to=earlier.undo_to)


def submit_redaction(*, redaction: Redaction, version: int, user: User) -> Redaction:
    """Give it to a second reader; nothing changes until somebody has read it.

    Raises as `save_plan`, InvalidInput while it takes out nothing, or something without a ground.
    """
    with transaction.atomic():
        mine = _editable(redaction, version, user)
        plan = PlanVersion.objects.get(redaction=mine, number=mine.version)
        content = RedactionPlan.read(json.loads(plan.content), mine.frame)
        if not content.regions and not content.mutes:
            raise InvalidInput(_("Draw at least one box, or mute a span."))
        if content.without_ground:
            raise InvalidInput(_("Choose a statute for each thing that is taken out. Some have none yet."))
        if mine.state == RedactionState.FAILED:
            raise WrongState(_("Change what could not be made first, or have it tried again."))
        REDACTION_TRANSITIONS.check(mine.state, RedactionState.SUBMITTED)
        mine.state, mine.submitted_at = RedactionState.SUBMITTED, timezone.now()
        mine.reader, mine.read_at = None, None
        mine.save(update_fields=["state", "submitted_at", "reader", "read_at"])
        entry = ledger.record(
            "redaction.submitted", subject_of(mine), actor_of(user, mine), number=mine.version, digest=plan.digest
        )
        tell_readers(mine, once=str(entry.public_id))
        return mine


def _editable(redaction: Redaction, version: int, user: User) -> Redaction:
    refusal = _("Only its author changes a redaction.")
    mine = locked_redaction(redaction, version, user, may=policies.can_draw, refusal=refusal)
    if mine.state not in EDITABLE:
        raise WrongState(_("It is not being drawn now. What a second reader has before them does not change."))
    return mine


def _changed(mine: Redaction, plan: RedactionPlan, user: User, action: str, *, undo_to: int) -> Redaction:
    if mine.state != RedactionState.DRAFT:
        REDACTION_TRANSITIONS.check(mine.state, RedactionState.DRAFT)
        mine.state, mine.problem, mine.reader, mine.read_at = RedactionState.DRAFT, "", None, None
    mine.version += 1
    mine.save(update_fields=["state", "problem", "reader", "read_at", "version"])
    kept = _keep(mine, plan, undo_to=undo_to)
    ledger.record(
        action,
        subject_of(mine),
        actor_of(user, mine),
        number=kept.number,
        digest=kept.digest,
        regions=len(plan.regions),
        boxes=plan.boxes,
        mutes=len(plan.mutes),
        without_ground=plan.without_ground,
        statutes=plan.statutes,
    )
    return mine


def _keep(mine: Redaction, plan: RedactionPlan, *, undo_to: int) -> PlanVersion:
    return PlanVersion.objects.create(
        redaction=mine, number=mine.version, undo_to=undo_to, content=plan.canonical, digest=plan.digest
    )
