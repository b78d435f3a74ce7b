"""Who may ask for, and who may confirm, what takes two people."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.accounts.models import USES, HoldKind, SignInEvent, StaffHold, User
from apps.agencies.models import Agency, ProposalKind, Role, RoleGrant, StaffProposal
from apps.agencies.policies import Person, agencies_of, grants_in_force, has_role, serves_as

# A manager who has not signed in for so long is not there, whatever the register says.
AWAY_AFTER = timedelta(days=7)
_CONFIRM_ADDRESS = (Role.PROGRAM_MANAGER, Role.AUDITOR, Role.SUPERVISOR)


def managers_at_work(agency: Agency) -> list[int]:
    """Keys of the program managers who can act: their account is open and they used it in the last week."""
    return list(_at_work().filter(agency=agency).values_list("user_id", flat=True).distinct())


def _at_work() -> QuerySet[RoleGrant]:
    """The grants of program managers who are there."""
    since = timezone.now() - AWAY_AFTER
    used = SignInEvent.objects.filter(user_id=OuterRef("user_id"), succeeded=True, kind__in=USES, at__gt=since)
    shut = StaffHold.objects.filter(user_id=OuterRef("user_id"), released_at__isnull=True)
    shut = shut.exclude(kind=HoldKind.LOCKED)
    there = Q(user__last_login__gt=since) | Q(user__date_joined__gt=since) | Exists(used)
    held = grants_in_force().filter(role=Role.PROGRAM_MANAGER)
    return held.filter(there, ~Exists(shut), user__is_active=True, user__is_staff=True)


def can_ask_for_address(user: Person, person: User, agency: Agency) -> bool:
    """A manager of the person's agency, never the person; of another agency where the person is the only manager."""
    if not person.is_staff or person.pk == user.pk or not colleagues_of(agency).filter(pk=person.pk).exists():
        return False
    if has_role(user, agency, Role.PROGRAM_MANAGER):
        return True
    return _manages_elsewhere(user, agency) and managers_at_work(agency) in ([], [person.pk])


def can_ask_for_manager(user: Person, person: User, agency: Agency) -> bool:
    """Anybody of the agency's staff, never for oneself, where no other manager is at work."""
    return has_role(user, agency) and _may_become_manager(user, person, agency)


def can_reinstate_alone(user: Person, person: User, agency: Agency) -> bool:
    """A program manager of another agency."""
    return _manages_elsewhere(user, agency) and _may_become_manager(user, person, agency)


def can_decide(user: Person, proposal: StaffProposal) -> bool:
    """Somebody else than the one who asked and the one it is about: of the agency, or a manager of another one."""
    if not isinstance(user, User) or user.pk in (proposal.asked_by_id, proposal.user_id):
        return False
    if _manages_elsewhere(user, proposal.agency):
        return True
    roles = _CONFIRM_ADDRESS if proposal.kind == ProposalKind.ADDRESS else ()
    return has_role(user, proposal.agency, *roles)


def open_proposals(user: Person) -> QuerySet[StaffProposal]:
    """What waits for a second person in one's agencies; a program manager sees every agency's."""
    waiting = StaffProposal.objects.filter(decided_at__isnull=True, expires_at__gt=timezone.now())
    waiting = waiting.select_related("user", "agency", "asked_by").order_by("pk")
    if serves_as(user, Role.PROGRAM_MANAGER):
        return waiting
    if not serves_as(user):
        return waiting.none()
    mine = agencies_of(user)
    confirms = agencies_of(user, *_CONFIRM_ADDRESS)
    return waiting.filter(
        Q(kind=ProposalKind.MANAGER, agency__in=mine) | Q(agency__in=confirms) | Q(asked_by_id=user.pk)
    )


def agencies_without_manager(user: Person) -> list[Agency]:
    """The agencies of this person, for a program manager all of them, in which no manager is at work."""
    seen = Agency.objects.filter(is_active=True) if serves_as(user, Role.PROGRAM_MANAGER) else agencies_of(user)
    return list(seen.filter(~Exists(_at_work().filter(agency_id=OuterRef("pk")))).order_by("short_name"))


def something_takes_two(user: Person) -> bool:
    """Whether something waits for this person as the second one, or an agency of theirs has no manager at work."""
    if not isinstance(user, User):
        return False
    return any(can_decide(user, one) for one in open_proposals(user)) or bool(agencies_without_manager(user))


def colleagues_of(agency: Agency) -> QuerySet[User]:
    """Who has a role there now, locked and disabled accounts too; who left is no colleague."""
    grants = RoleGrant.objects.filter(agency=agency, ended_at__isnull=True)
    return User.objects.filter(pk__in=grants.values("user_id"), is_staff=True).order_by("name", "pk")


def _may_become_manager(user: Person, person: User, agency: Agency) -> bool:
    if person.pk == user.pk or not colleagues_of(agency).filter(pk=person.pk).exists():
        return False
    at_work = managers_at_work(agency)
    was = RoleGrant.objects.filter(user=person, agency=agency, role=Role.PROGRAM_MANAGER).exists()
    return not at_work or (was and at_work == [person.pk])


def _manages_elsewhere(user: Person, agency: Agency) -> bool:
    return agencies_of(user, Role.PROGRAM_MANAGER).exclude(pk=agency.pk).exists()
