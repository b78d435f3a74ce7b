"""What every verb of a case checks first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Case
from apps.agencies.policies import can_view_case
from apps.cases.policies import can_write_on
from apps.core.errors import NotAllowed, NotFound
from apps.ledger.values import Subject


def check_writes(user: User, case: Case) -> None:
    """Raise NotFound for a case of another agency, NotAllowed for somebody who only reads it."""
    if not can_view_case(user, case):
        raise NotFound(_("There is no such case among yours."))
    if not can_write_on(user, case):
        raise NotAllowed(_("Your role reads cases and changes nothing in them."))


def subject_of(case: Case) -> Subject:
    """As the ledger names it."""
    return Subject.of("case", case.public_id)
