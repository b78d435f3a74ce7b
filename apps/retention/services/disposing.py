"""propose_disposition, approve_disposition, refuse_disposition: an item goes only if two custodians say so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Case
from apps.core import text
from apps.core.errors import NotAllowed, WrongState
from apps.core.locks import locked
from apps.evidence.given_again import cases_of
from apps.evidence.models import EvidenceItem
from apps.evidence.policies import is_open_to
from apps.evidence.services.removal import check_kept, start_removal
from apps.evidence.services.working import subject_of
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.retention import policies
from apps.retention.models import Disposition, RetentionRule
from apps.retention.obstacles import obstacles_of, words_of
from apps.retention.owner_mails import tell_owners
from apps.retention.selectors import rule_by_key, rules_in_force, with_dates
from apps.retention.states import DISPOSAL_TRANSITIONS, DisposalState

REASON_MAX = 500


def propose_disposition(*, item: EvidenceItem, user: User, reason: str) -> Disposition:
    """Say that the item's time is over and that it may go. While a proposal waits, it is returned unchanged.

    Raises NotAllowed for anybody but a records custodian of the agency, WrongState before its time and while something
    keeps it, InvalidInput.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine = _locked_item(item, user)
        waiting = Disposition.objects.filter(item=mine, state=DisposalState.PROPOSED).first()
        if waiting is not None:
            return waiting
        rule, expired_at = _may_go(mine)
        made = Disposition.objects.create(
            item=mine,
            agency=mine.agency,
            schedule=rule.schedule,
            title=rule.title,
            series=rule.series,
            expired_at=expired_at,
            proposed_by=user,
            reason=reason,
        )
        ledger.record(
            "evidence_item.disposal_proposed",
            subject_of(mine),
            _actor(user, mine.agency),
            disposition=str(made.public_id),
            series=rule.series,
            expired_at=expired_at.isoformat(),
            private={"reason": reason},
        )
        return made


def approve_disposition(*, disposition: Disposition, user: User) -> Disposition:
    """Dispose of the item: from the commit on nobody can open it, and a worker removes its bytes. There is no way back.

    Everything is asked again under the locks of case and item, which holds and records requests take too: each comes
    before or after. Raises NotAllowed (`code="own"`) for the person who proposed it, WrongState if it was decided
    already or something keeps the item now.
    """
    with transaction.atomic():
        mine = _locked_item(disposition.item, user)
        found = locked(Disposition.objects).select_related("agency").get(pk=disposition.pk)
        DISPOSAL_TRANSITIONS.check(found.state, DisposalState.APPROVED)
        if found.proposed_by_id == user.pk:
            raise NotAllowed(_("You proposed this. Another records custodian has to approve it."), code="own")
        _may_go(mine)
        found.state, found.decided_by, found.decided_at = DisposalState.APPROVED, user, timezone.now()
        found.save(update_fields=["state", "decided_by", "decided_at"])
        start_removal(mine)
        ledger.record(
            "evidence_item.disposed",
            subject_of(mine),
            _actor(user, found.agency),
            disposition=str(found.public_id),
            digest=mine.digest,
            size=mine.size,
            series=found.series,
            schedule=found.schedule.number,
            proposed_by=str(found.proposed_by.public_id),
        )
        tell_owners(mine)
        return found


def refuse_disposition(*, disposition: Disposition, user: User, reason: str) -> Disposition:
    """The item stays: another custodian says no, or the one who proposed it takes it back.

    Raises NotAllowed as `propose_disposition`, WrongState if it was decided already, InvalidInput.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine = _locked_item(disposition.item, user)
        found = locked(Disposition.objects).select_related("agency").get(pk=disposition.pk)
        DISPOSAL_TRANSITIONS.check(found.state, DisposalState.REFUSED)
        found.state, found.decided_by, found.decided_at = DisposalState.REFUSED, user, timezone.now()
        found.decision_reason = reason
        found.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        ledger.record(
            "evidence_item.disposal_refused",
            subject_of(mine),
            _actor(user, found.agency),
            disposition=str(found.public_id),
            private={"reason": reason},
        )
        return found


def _locked_item(item: EvidenceItem, user: User) -> EvidenceItem:
    """The item under the locks of its cases and its own, for a custodian of its agency."""
    # Also the cases for which it was given again: a hold that is placed on one of them comes before or after.
    list(locked(Case.objects).filter(pk__in=[case.pk for case in cases_of(item)]))
    mine = locked(EvidenceItem.objects).select_related("agency", "submission").get(pk=item.pk)
    if not policies.can_dispose_for(user, mine.agency) or not is_open_to(user, mine):
        raise NotAllowed(_("Only records custodians of this agency dispose of its items."), code="role")
    return mine


def _may_go(item: EvidenceItem) -> tuple[RetentionRule, datetime]:
    """The rule by which the item's time is over, and when that was. Raises WrongState with what is against it."""
    check_kept(item)
    rules = rules_in_force([item.agency])
    dated = with_dates(EvidenceItem.objects.filter(pk=item.pk), rules).get()
    rule = rule_by_key(rules).get(dated.rule_key or "")
    if rule is None or dated.expires_at is None or dated.expires_at > timezone.now():
        raise WrongState(_("The time of this item is not over by the agency's rules."), code="early")
    if reasons := words_of(obstacles_of([item])[item.pk]):
        raise WrongState(_("This item may not go yet: %(why)s.") % {"why": "; ".join(reasons)}, code="kept")
    return rule, dated.expires_at


def _actor(user: User, agency: Agency) -> Actor:
    return acting_as(user, agency, *policies.KEEPERS).actor
