"""delay_telling, end_delay: owners are told later who looked at their video, for a stated time and reason."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.models import TellingDelay
from apps.access.policies import can_delay_telling
from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Case, Role
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Subject

REASON_MAX = 500


def delay_telling(*, case: Case, user: User, days: int, reason: str) -> TellingDelay:
    """From now on, and for so many days, owners of the case's video are not told who looked at it; then they are.

    A delay is never extended, and LOOK_DELAY_MAX_DAYS is the most. Raises NotAllowed for somebody who is no supervisor
    of the agency, InvalidInput, WrongState while one is in force.
    """
    reason = text.line(reason, field="reason", most=REASON_MAX)
    most = settings.LOOK_DELAY_MAX_DAYS
    if not 1 <= days <= most:
        sentence = _("Enter a number of days from 1 to %(most)d.") % {"most": most}
        raise InvalidInput.about("days", sentence)
    with transaction.atomic():
        mine = locked(Case.objects).select_related("agency").get(pk=case.pk)
        _check(user, mine)
        if TellingDelay.objects.filter(case=mine, ends_at__gt=timezone.now()).exists():
            raise WrongState(_("A delay is in force. It cannot be extended."), code="delayed")
        delay = TellingDelay.objects.create(
            agency=mine.agency, case=mine, set_by=user, reason=reason, ends_at=timezone.now() + timedelta(days=days)
        )
        ledger.record(
            "case.telling_delayed",
            Subject.of("case", mine.public_id),
            acting_as(user, mine.agency, Role.SUPERVISOR).actor,
            delay=str(delay.public_id),
            days=days,
            ends_at=delay.ends_at.isoformat(),
            private={"reason": reason},
        )
    return delay


def end_delay(*, case: Case, user: User) -> TellingDelay | None:
    """End the delay in force: owners read now what they were not told. Without one it changes nothing.

    Raises NotAllowed as `delay_telling`.
    """
    with transaction.atomic():
        mine = locked(Case.objects).select_related("agency").get(pk=case.pk)
        _check(user, mine)
        delay = TellingDelay.objects.filter(case=mine, ends_at__gt=timezone.now()).first()
        if delay is None:
            return None
        delay.ends_at = timezone.now()
        delay.save(update_fields=["ends_at"])
        ledger.record(
            "case.telling_delay_ended",
            Subject.of("case", mine.public_id),
            acting_as(user, mine.agency, Role.SUPERVISOR).actor,
            delay=str(delay.public_id),
        )
    return delay


def _check(user: User, case: Case) -> None:
    if not can_delay_telling(user, case):
        raise NotAllowed(_("Only a supervisor of the agency decides when owners are told who looked."))
