"""A detective accepts an item as evidence or returns it with a reason; either may be reconsidered. The bytes stay."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.core.locks import locked
from apps.evidence import policies
from apps.evidence.models import EvidenceItem
from apps.evidence.services.removal import check_kept
from apps.evidence.services.working import subject_of
from apps.evidence.states import ITEM_TRANSITIONS, TRIAGE_TRANSITIONS, ItemState, Triage
from apps.ledger import services as ledger

REASON_MAX = 2000


def accept_item(*, item: EvidenceItem, user: User) -> EvidenceItem:
    """Accept a sealed item as evidence. Accepting it again changes nothing.

    Raises NotAllowed without the role, WrongState before it is sealed.
    """
    return _decide(item=item, user=user, triage=Triage.ACCEPTED, reason="")


def return_item(*, item: EvidenceItem, user: User, reason: str) -> EvidenceItem:
    """Return an item that is not the evidence looked for; its owner reads the reason. The original is kept.

    Raises InvalidInput without a reason, NotAllowed without the role, WrongState before it is sealed.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput(_("Please say why."), fields={"reason": _("Please say why, in words its owner can read.")})
    if len(reason) > REASON_MAX:
        raise InvalidInput(_("That is too long."), fields={"reason": _("Please use 2,000 characters or fewer.")})
    return _decide(item=item, user=user, triage=Triage.RETURNED, reason=reason)


def _decide(*, item: EvidenceItem, user: User, triage: Triage, reason: str) -> EvidenceItem:
    with transaction.atomic():
        mine = locked(EvidenceItem.objects).get(pk=item.pk)
        if not policies.can_triage_item(user, mine):
            raise NotAllowed(_("Only a detective or a supervisor of this agency decides that."))
        if mine.state == ItemState.RECEIVED:
            raise WrongState(_("This item is not sealed yet. Please wait a moment."))
        check_kept(mine)
        if mine.triage == triage and mine.triage_reason == reason:
            return mine
        if mine.triage != triage:
            TRIAGE_TRANSITIONS.check(mine.triage, triage)
        mine.triage = triage
        mine.triage_reason = reason
        mine.save(update_fields=["triage", "triage_reason"])
        ledger.record(
            f"evidence_item.{triage.value}",
            subject_of(mine),
            acting_as(user, mine.agency, *policies.TRIAGERS).actor,
            digest=mine.digest,
            private={"reason": reason} if reason else {},
        )
        enqueue_after_commit("apps.evidence.tasks.keep_locked", mine.pk)
    return mine


def retry_item(*, item: EvidenceItem, user: User) -> EvidenceItem:
    """Have a stuck or unplayable item tried again from the step that failed, with three new tries.

    Raises NotAllowed without the role, WrongState when nothing failed.
    """
    with transaction.atomic():
        mine = locked(EvidenceItem.objects).get(pk=item.pk)
        if not policies.can_retry_item(user, mine):
            raise NotAllowed(_("Your role does not include trying this again."))
        if mine.state == ItemState.UNPLAYABLE:
            ITEM_TRANSITIONS.check(mine.state, ItemState.SEALED)
            mine.state = ItemState.SEALED
        elif mine.state != ItemState.RECEIVED or not mine.problem:
            raise WrongState(_("Nothing failed here that could be tried again."))
        mine.problem = ""
        mine.failure_reason = ""
        mine.attempts = 0
        mine.processed_at = None
        mine.lease_token = None
        mine.leased_until = None
        mine.save()
        acting = acting_as(user, mine.agency, *policies.RETRIERS)
        ledger.record("evidence_item.retried", subject_of(mine), acting.actor)
        enqueue_after_commit("apps.evidence.tasks.process_item", mine.pk)
    return mine
