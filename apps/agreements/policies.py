"""Who reads an agreement, who makes one, and who ends it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.agreements.models import Agreement

MAKING_ROLES = (Role.PROGRAM_MANAGER,)


def viewable_agreements(user: Person) -> QuerySet[Agreement]:
    """Staff of both agencies read it, in whatever role."""
    if not serves_as(user):
        return Agreement.objects.none()
    mine = agencies_of(user)
    return Agreement.objects.filter(Q(from_agency__in=mine) | Q(to_agency__in=mine))


def can_view_agreement(user: Person, agreement: Agreement) -> bool:
    return has_role(user, agreement.from_agency) or (
        agreement.to_agency is not None and has_role(user, agreement.to_agency)
    )


def can_make(user: Person, agency: Agency) -> bool:
    """A program manager of the agency that shares."""
    return has_role(user, agency, *MAKING_ROLES)


def can_end(user: Person, agreement: Agreement) -> bool:
    """The agency that shares may stop at any time. The other one simply need not look."""
    return not agreement.is_over and can_make(user, agreement.from_agency)
