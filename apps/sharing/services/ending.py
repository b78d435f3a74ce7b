"""revoke_grant and extend_grant: it ends now, or later than was said."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.policies import has_role
from apps.agreements.models import Agreement
from apps.core import text
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.sharing import policies
from apps.sharing.ground import subject_of
from apps.sharing.models import Grant
from apps.sharing.services.entering import invite
from apps.sharing.services.giving import REASON_MAX, end_of


def revoke_grant(*, grant: Grant, user: User, reason: str) -> Grant:
    """End it now, also for pages that are open. Of two at once one ends it, and the other is told that it is over.

    Raises NotFound for a grant of other agencies, NotAllowed for anybody but a custodian or supervisor, WrongState for
    one that is over.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    with transaction.atomic():
        mine = locked_grant(grant, user)
        if not has_role(user, mine.agency, *policies.REVOKERS):
            raise NotAllowed(_("Only a records custodian or supervisor of this agency revokes a grant."), code="role")
        if mine.is_over:
            raise WrongState(_("This grant is over already."), code="over")
        mine.revoked_at, mine.revoked_by, mine.revoke_reason = timezone.now(), user, reason
        mine.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        ledger.record(
            "grant.revoked",
            subject_of(mine),
            acting_as(user, mine.agency, *policies.REVOKERS).actor,
            agency=str(mine.agency.public_id),
            case=str(mine.case.public_id),
            private={"reason": reason},
        )
        return mine


def extend_grant(*, grant: Grant, user: User, last_day: date) -> Grant:
    """Give it until the end of another, later day, also when its own end has passed. What it gives stays the same.
    A recipient outside gets a new link.

    Raises NotFound for a grant of other agencies, NotAllowed for anybody but a custodian, WrongState for one that was
    revoked or whose agreement is over, InvalidInput for a day that is over, earlier, or after the agreement's end.
    """
    with transaction.atomic():
        list(locked(Agreement.objects).filter(pk=grant.agreement_id))
        mine = locked_grant(grant, user)
        if not policies.can_change(user, mine):
            raise NotAllowed(_("Only a records custodian of this agency shares its videos."), code="role")
        if mine.revoked_at is not None or mine.agreement.is_over:
            raise WrongState(_("It was revoked, or its agreement is over. Give it anew."), code="over")
        before, mine.ends_at = mine.ends_at, end_of(mine.agency, last_day, mine.agreement)
        if mine.ends_at <= before and not before <= timezone.now():
            raise WrongState(_("It lasts as long already. To end it earlier, revoke it."), code="shorter")
        mine.save(update_fields=["ends_at"])
        if mine.address:
            invite(mine, again=True)
        ledger.record(
            "grant.extended",
            subject_of(mine),
            acting_as(user, mine.agency, *policies.GIVERS).actor,
            agency=str(mine.agency.public_id),
            case=str(mine.case.public_id),
            before=before.isoformat(),
            ends_at=mine.ends_at.isoformat(),
        )
        return mine


def locked_grant(grant: Grant, user: User) -> Grant:
    """The grant under its lock, for staff of the agency that gave it. Raises NotFound."""
    list(locked(Grant.objects).filter(pk=grant.pk))
    mine = policies.given_grants(user).select_related("agency", "case", "agreement").filter(pk=grant.pk).first()
    if mine is None:
        raise NotFound(_("There is no such grant, or it is over."))
    return mine
