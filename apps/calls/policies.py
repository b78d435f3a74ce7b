"""Who sees the calls of an agency, and who enters one by hand."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, grants_in_force, has_role, serves_as
from apps.agreements.selectors import shared_items
from apps.calls.models import Call, WallScreen

BOARD_ROLES = (Role.ANALYST, Role.SUPERVISOR, Role.DETECTIVE)
ENTERING_ROLES = (Role.ANALYST, Role.SUPERVISOR)
ALLOWING_ROLES = (Role.PROGRAM_MANAGER, Role.SUPERVISOR)
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
    return _shared_with(agencies_of(user, *BOARD_ROLES))


def calls_on_wall(screen: WallScreen) -> tuple[QuerySet[Call], QuerySet[Call]]:
    """What a screen on the wall shows: the calls of its agency, and those that others share with it now."""
    room = Agency.objects.filter(pk=screen.agency_id, is_active=True)
    return Call.objects.filter(agency__in=room), _shared_with(room)


def _shared_with(agencies: QuerySet[Agency]) -> QuerySet[Call]:
    shared = shared_items(agencies, SCOPE).filter(agreement__from_agency=OuterRef("agency"))
    return Call.objects.filter(Exists(shared)).exclude(agency__in=agencies)


def can_view_call(user: Person, call: Call) -> bool:
    return has_role(user, call.agency, *BOARD_ROLES)


def can_enter(user: Person, agency: Agency) -> bool:
    """Analysts and supervisors enter calls by hand and close those again."""
    return has_role(user, agency, *ENTERING_ROLES)


def can_close(user: Person, call: Call) -> bool:
    """Only a call that was entered by hand: dispatch closes its own."""
    return call.is_open and call.entered_by_id is not None and can_enter(user, call.agency)


def allows_screens(user: Person) -> bool:
    """Whether the person may let a screen on the wall show the board of any agency."""
    return serves_as(user, *ALLOWING_ROLES)


def can_allow_screen(user: Person, agency: Agency) -> bool:
    return has_role(user, agency, *ALLOWING_ROLES)


def viewable_screens(user: Person) -> QuerySet[WallScreen]:
    """The wall screens of the agencies where the person is a program manager or a supervisor."""
    if not allows_screens(user):
        return WallScreen.objects.none()
    return WallScreen.objects.filter(agency__in=agencies_of(user, *ALLOWING_ROLES))


def showing_screens() -> QuerySet[WallScreen]:
    """The screens that may show the board now: not ended, and the person who allowed each still has the right."""
    right = grants_in_force().filter(
        agency=OuterRef("agency"),
        user=OuterRef("allowed_by"),
        user__is_active=True,
        user__is_staff=True,
        role__in=ALLOWING_ROLES,
    )
    return WallScreen.objects.filter(Exists(right), ended_at__isnull=True, ends_at__gt=timezone.now())
