"""withdraw_redaction, set_aside: it is taken back from its reader, or not needed any more."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.errors import WrongState
from apps.ledger import services as ledger
from apps.redaction import policies
from apps.redaction.letters import tell_author
from apps.redaction.models import PlanVersion, Redaction
from apps.redaction.services.guard import actor_of, locked_redaction, subject_of
from apps.redaction.services.reading import WORDS_MAX
from apps.redaction.states import REDACTION_TRANSITIONS, RedactionState


def withdraw_redaction(*, redaction: Redaction, version: int, user: User) -> Redaction:
    """Its author takes it back before anybody signed it, and draws on. What was drawn stays.

    Raises NotFound, NotAllowed for anybody else, Stale, WrongState unless it waits for a reader.
    """
    with transaction.atomic():
        refusal = _("Only its author takes a redaction back.")
        mine = locked_redaction(redaction, version, user, may=policies.can_draw, refusal=refusal)
        if mine.state != RedactionState.SUBMITTED:
            raise WrongState(_("It does not wait for a second reader."))
        REDACTION_TRANSITIONS.check(mine.state, RedactionState.DRAFT)
        mine.state, mine.submitted_at = RedactionState.DRAFT, None
        mine.save(update_fields=["state", "submitted_at"])
        ledger.record("redaction.withdrawn", subject_of(mine), actor_of(user, mine), **_version(mine))
        return mine


def set_aside(*, redaction: Redaction, version: int, reason: str, user: User) -> Redaction:
    """Say that it is not needed, for good: nobody draws, reads or makes it any more. What was drawn stays as a record.

    Its author does, and a second reader of what waits. Raises NotFound, NotAllowed, Stale, InvalidInput for the reason,
    WrongState once it is signed, made or set aside.
    """
    reason = text.paragraphs(reason, field="reason", most=WORDS_MAX)
    with transaction.atomic():
        refusal = _("Its author sets a redaction aside, or who may read what waits.")
        mine = locked_redaction(redaction, version, user, may=policies.can_set_aside, refusal=refusal)
        if not REDACTION_TRANSITIONS.allows(mine.state, RedactionState.ASIDE):
            raise WrongState(_("What is signed, made or set aside already cannot be set aside."))
        mine.state, mine.aside_words = RedactionState.ASIDE, reason
        mine.save(update_fields=["state", "aside_words"])
        entry = ledger.record(
            "redaction.set_aside", subject_of(mine), actor_of(user, mine), **_version(mine), private={"reason": reason}
        )
        if user.pk != mine.author_id:
            tell_author(mine, "aside", once=str(entry.public_id))
        return mine


def _version(mine: Redaction) -> dict[str, object]:
    plan = PlanVersion.objects.get(redaction=mine, number=mine.version)
    return {"number": mine.version, "digest": plan.digest}
