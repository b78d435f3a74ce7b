"""Restricting an item hides it from all but cleared colleagues (s. 119.071(2)(h), F.S.); lifting shows it again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.core import text
from apps.core.errors import NotAllowed
from apps.core.locks import locked
from apps.evidence import policies
from apps.evidence.models import EvidenceItem
from apps.evidence.services.working import subject_of
from apps.ledger import services as ledger

REASON_MAX = 500


def restrict_item(*, item: EvidenceItem, user: User, reason: str) -> EvidenceItem:
    """Hide the item from all but cleared colleagues, at once: pages, lists, media and packages. Again changes nothing.

    Who restricts it may lose sight of it. Its partner notices nothing. Raises NotAllowed without the role, InvalidInput
    without a reason.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine = _locked(item)
        if not policies.can_restrict_item(user, mine):
            raise NotAllowed(_("Your role does not include restricting this item."), code="role")
        if mine.is_restricted:
            return mine
        mine.restricted_at, mine.restricted_because = timezone.now(), reason
        mine.save(update_fields=["restricted_at", "restricted_because"])
        actor = acting_as(user, mine.agency, *policies.RESTRICTERS).actor
        ledger.record("evidence_item.restricted", subject_of(mine), actor, private={"reason": reason})
    return mine


def lift_restriction(*, item: EvidenceItem, user: User, reason: str) -> EvidenceItem:
    """Show the item to colleagues again. One that is not restricted stays as it is.

    Raises NotAllowed for anybody but a cleared supervisor or records custodian, InvalidInput without a reason.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine = _locked(item)
        if not policies.can_lift_restriction(user, mine):
            raise NotAllowed(
                _("Only a supervisor or records custodian who is cleared for restricted items lifts this."), code="role"
            )
        if not mine.is_restricted:
            return mine
        mine.restricted_at, mine.restricted_because = None, ""
        mine.save(update_fields=["restricted_at", "restricted_because"])
        actor = acting_as(user, mine.agency, *policies.RESTRICTION_LIFTERS).actor
        ledger.record("evidence_item.restriction_lifted", subject_of(mine), actor, private={"reason": reason})
    return mine


def _locked(item: EvidenceItem) -> EvidenceItem:
    return locked(EvidenceItem.objects).get(pk=item.pk)
