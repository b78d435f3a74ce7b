"""end_agreement: the agency that shares stops before the last day."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agreements import policies
from apps.agreements.models import Agreement
from apps.agreements.services.making import subject_of
from apps.core import text
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger

REASON_MAX = 500


def end_agreement(*, user: User, agreement: Agreement, reason: str) -> Agreement:
    """Stop sharing now. Both agencies read the reason.

    Raises NotFound for an agreement of other agencies, NotAllowed for anybody but a program manager of the agency that
    shares, WrongState for one that is over.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        agreement = locked(Agreement.objects).select_related("from_agency", "to_agency").get(pk=agreement.pk)
        if not policies.can_view_agreement(user, agreement):
            raise NotFound(_("There is no such agreement of your agencies."))
        if not policies.can_make(user, agreement.from_agency):
            raise NotAllowed(_("Only a program manager of the agency that shares ends an agreement."), code="role")
        if agreement.is_over:
            raise WrongState(_("This agreement is over already."), code="over")
        actor = acting_as(user, agreement.from_agency, *policies.MAKING_ROLES).actor
        agreement.ended_at, agreement.ended_by, agreement.end_reason = timezone.now(), user, reason
        agreement.save(update_fields=["ended_at", "ended_by", "end_reason"])
        ledger.record(
            "agreement.ended",
            subject_of(agreement),
            actor,
            from_agency=str(agreement.from_agency.public_id),
            to_agency=str(agreement.to_agency.public_id) if agreement.to_agency else "",
            ended_at=agreement.ended_at.isoformat(),
            private={"reason": reason},
        )
        return agreement
