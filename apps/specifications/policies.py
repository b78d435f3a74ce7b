"""Who may see a version of the specification, and who writes it."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Role
from apps.agencies.policies import Person, serves_as
from apps.partners.policies import is_of_program
from apps.specifications.models import Specification
from apps.specifications.states import SpecificationState

_UNPUBLISHED = (SpecificationState.DRAFT, SpecificationState.DISCARDED)


def viewable_specifications(user: Person) -> QuerySet[Specification]:
    """What is or was in force is no secret; what is being written is for the people of the program."""
    if is_of_program(user):
        return Specification.objects.all()
    return Specification.objects.exclude(state__in=_UNPUBLISHED)


def can_view_specification(user: Person, specification: Specification) -> bool:
    return specification.state not in _UNPUBLISHED or is_of_program(user)


def can_write_specifications(user: Person) -> bool:
    """Program managers write and publish them."""
    return serves_as(user, Role.PROGRAM_MANAGER)
