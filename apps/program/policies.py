"""Who reads the program's figures, and who sets what they should reach."""

from __future__ import annotations

from typing import TypeGuard

from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.program.models import Target

READERS = (Role.PROGRAM_MANAGER, Role.SUPERVISOR, Role.AUDITOR)


def can_read_program(user: Person) -> TypeGuard[User]:
    """Program managers, and supervisors and auditors, who read only."""
    return serves_as(user, *READERS)


def can_manage_program(user: Person) -> TypeGuard[User]:
    """Whoever sets the program's targets and writes its quarterly update."""
    return serves_as(user, Role.PROGRAM_MANAGER)


def readable_agencies(user: Person) -> QuerySet[Agency]:
    """The agencies whose own figures (requests, answers, files, looks) the person reads."""
    return agencies_of(user, *READERS)


def can_set_target(user: Person, agency: Agency | None) -> bool:
    """A manager of that agency; the program's, where it is None, any manager."""
    return can_manage_program(user) if agency is None else has_role(user, agency, Role.PROGRAM_MANAGER)


def viewable_targets(user: Person) -> QuerySet[Target]:
    """The program's, and those of the agencies that the person reads."""
    if not can_read_program(user):
        return Target.objects.none()
    return Target.objects.filter(Q(agency=None) | Q(agency__in=readable_agencies(user)))


def can_view_target(user: Person, target: Target) -> bool:
    return can_read_program(user) and (target.agency is None or has_role(user, target.agency, *READERS))
