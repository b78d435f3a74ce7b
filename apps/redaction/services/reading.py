"""return_redaction, sign_off, try_again: the second reader's side. Nobody reads what they drew themselves."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.background import enqueue_after_commit
from apps.core.errors import WrongState
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.redaction import policies
from apps.redaction.letters import tell_author
from apps.redaction.models import PlanVersion, Redaction
from apps.redaction.services.guard import actor_of, locked_redaction, subject_of
from apps.redaction.states import REDACTION_TRANSITIONS, RedactionState

WORDS_MAX = 1000


def return_redaction(*, redaction: Redaction, version: int, reason: str, user: User) -> Redaction:
    """Give it back to its author, saying what is missing.

    Raises NotFound, NotAllowed for its author and for anybody but a supervisor or records custodian, Stale, WrongState
    unless it waits for a reader, InvalidInput for the reason.
    """
    reason = text.paragraphs(reason, field="reason", most=WORDS_MAX)
    with transaction.atomic():
        mine = _waiting(redaction, version, user, RedactionState.RETURNED)
        mine.reader_words = reason
        mine.save(update_fields=["state", "reader", "read_at", "reader_words"])
        entry = _record("redaction.returned", mine, user, reason=reason)
        tell_author(mine, "returned", once=str(entry.public_id))
        return mine


def sign_off(*, redaction: Redaction, version: int, user: User) -> Redaction:
    """Vouch that it takes out what it has to, and no more; a worker then makes the copy.

    Raises as `return_redaction`.
    """
    with transaction.atomic():
        mine = _waiting(redaction, version, user, RedactionState.SIGNED)
        mine.reader_words, mine.problem, mine.attempts = "", "", 0
        mine.save(update_fields=["state", "reader", "read_at", "reader_words", "problem", "attempts"])
        _record("redaction.signed", mine, user)
        enqueue_after_commit("apps.redaction.tasks.make_redacted_copy", mine.pk)
        return mine


def try_again(*, redaction: Redaction, version: int, user: User) -> Redaction:
    """Have a copy that could not be made tried again, as it was signed. Raises as `return_redaction`."""
    with transaction.atomic():
        refusal = _("Only its author or a second reader has it tried again.")
        mine = locked_redaction(redaction, version, user, may=_may_retry, refusal=refusal)
        if mine.state != RedactionState.FAILED:
            raise WrongState(_("Only what could not be made is tried again."))
        REDACTION_TRANSITIONS.check(mine.state, RedactionState.SIGNED)
        mine.state, mine.problem, mine.attempts = RedactionState.SIGNED, "", 0
        mine.save(update_fields=["state", "problem", "attempts"])
        _record("redaction.tried_again", mine, user)
        enqueue_after_commit("apps.redaction.tasks.make_redacted_copy", mine.pk)
        return mine


def _may_retry(user: User, redaction: Redaction) -> bool:
    return policies.can_draw(user, redaction) or policies.can_read_for(user, redaction)


def _waiting(redaction: Redaction, version: int, user: User, state: RedactionState) -> Redaction:
    refusal = _("A supervisor or a records custodian reads it, and never the person who drew it.")
    mine = locked_redaction(redaction, version, user, may=policies.can_read_for, refusal=refusal)
    if mine.state != RedactionState.SUBMITTED:
        raise WrongState(_("It does not wait for a second reader."))
    REDACTION_TRANSITIONS.check(mine.state, state)
    mine.state, mine.reader, mine.read_at = state, user, timezone.now()
    return mine


def _record(action: str, mine: Redaction, user: User, *, reason: str = "") -> Entry:
    plan = PlanVersion.objects.get(redaction=mine, number=mine.version)
    return ledger.record(
        action,
        subject_of(mine),
        actor_of(user, mine),
        number=mine.version,
        digest=plan.digest,
        author=str(mine.author.public_id),
        private={"reason": reason} if reason else None,
    )
