"""state_passed_on: a recipient says to whom they passed on what was shared (secondary dissemination)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.models import Purpose
from apps.access.selectors import acting_for
from apps.core import text
from apps.core.errors import NotAllowed
from apps.core.once import create_once
from apps.evidence.models import EvidenceItem
from apps.ledger import services as ledger
from apps.sharing.ground import subject_of
from apps.sharing.models import Grant, PassedOn, Visit
from apps.sharing.selectors import purpose_opens
from apps.sharing.services.entering import recipient_of

WHOM_MAX, REASON_MAX = 200, 500


def state_passed_on(
    *,
    grant: Grant,
    whom: str,
    reason: str,
    item: EvidenceItem | None = None,
    visit: Visit | None = None,
    purpose: Purpose | None = None,
    request_key: UUID | None = None,
) -> PassedOn:
    """Record it, for the agency that shares to read; `item` None: all that was shared.

    Stated in a visit, or by staff of another agency under their purpose. A repeat of `request_key` returns the first.
    Raises InvalidInput, NotAllowed.
    """
    whom = text.line(whom, field="whom", most=WHOM_MAX)
    reason = text.line(reason, field="reason", most=REASON_MAX)
    if purpose is not None and purpose_opens(purpose.user, purpose, grant):
        actor = acting_for(purpose).actor
    elif visit is not None and visit.grant_id == grant.pk and visit.proved_at is not None:
        actor = recipient_of(grant)
    else:
        raise NotAllowed(_("Please say first why you need access to this footage."), code="purpose")
    with transaction.atomic():
        stated, created = create_once(
            PassedOn, request_key=request_key, grant=grant, item=item, whom=whom, reason=reason
        )
        if created:
            ledger.record(
                "grant.passed_on",
                subject_of(grant),
                actor,
                item=str(item.public_id) if item else "",
                private={"whom": whom, "reason": reason},
            )
        return stated
