"""Who sees the calls of an agency, and who enters one by hand."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.agreements.selectors import shared_items
from apps.calls.models import Call

BOARD_ROLES = (Role.ANALYST, Role.SUPERVISOR, Role.DETECTIVE)
ENTERING_ROLES = (Role.ANALYST, Role.SUPERVISOR)
SCOPE = "calls"  # as agreements name it


def sees_board(user: Person) -> bool:
    """Whether the person works with calls in any agency."""
    return serves_as(user, *BOARD_ROLES)


def viewable_calls(user: Person) -> QuerySet[Call]:
    """The calls of the agencies where the person is an analyst, a supervisor or a detective."""
    if not sees_board(user):
        return Call.objects.none()
    return Call.objects.filter(agency__in=agencies_of(user, *BOARD_ROLES))


def shared_calls(user: Person) -> QuerySet[Call]:
    """The calls of other agencies that share theirs, under an agreement in force now, with an agency of the person.

    They are read on the board and are no ground for anything: whoever may act on a call is in `viewable_calls`.
    """
    if not sees_board(user):
        return Call.objects.none()
    mine = agencies_of(user, *BOARD_ROLES)
    shared = shared_items(mine, SCOPE).filter(agreement__from_agency=OuterRef("agency"))
    return Call.objects.filter(Exists(shared)).exclude(agency__in=mine)


def can_view_call(user: Person, call: Call) -> bool:
    return has_role(user, call.agency, *BOARD_ROLES)


def can_enter(user: Person, agency: Agency) -> bool:
    """Analysts and supervisors enter calls by hand and close those again."""
    return has_role(user, agency, *ENTERING_ROLES)


def can_close(user: Person, call: Call) -> bool:
    """Only a call that was entered by hand: dispatch closes its own."""
    return call.is_open and call.entered_by_id is not None and can_enter(user, call.agency)
