"""tell_court_status: a prosecutor says how the case stands in court, for the owners of its videos to read."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.agreements.models import CourtRole
from apps.core.errors import InvalidInput, NotAllowed
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.sharing.ground import subject_of
from apps.sharing.models import CourtState, CourtStatus, Grant, Visit
from apps.sharing.services.entering import recipient_of


def may_tell(grant: Grant) -> bool:
    """Whether the recipient of this grant may say how the case stands: a prosecutor, and nobody else."""
    return grant.agreement.court_role == CourtRole.PROSECUTOR


def tell_court_status(*, grant: Grant, visit: Visit, state: str, request_key: UUID | None = None) -> CourtStatus:
    """Record it. What was said before stays in the ledger; owners read the last one.

    A repeat of `request_key` returns the first. Raises NotAllowed for anybody but a prosecutor who is inside,
    InvalidInput for a state that is none.
    """
    if not may_tell(grant) or visit.grant_id != grant.pk or visit.proved_at is None:
        raise NotAllowed(_("Only the prosecutor whom this was shared with can say how the case stands in court."))
    if state not in CourtState.values:
        raise InvalidInput.about("state", _("Choose how the case stands."))
    with transaction.atomic():
        told, created = create_once(CourtStatus, request_key=request_key, grant=grant, state=state)
        if created:
            ledger.record("grant.court_status", subject_of(grant), recipient_of(grant), state=state)
        return told
