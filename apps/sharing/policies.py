"""Who gives, revokes and reads grants, and who may look at what was given. Asked for one and for many alike.

The records custodian of the owning agency gives by duty, under an agreement that somebody else made: handing over is
their office, and so two people stand behind each grant. Supervisors may revoke: to stop is never too narrow a right.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet

from apps.agencies.models import Case, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.evidence.policies import DOWNLOADERS, PLAYERS, VIEWERS
from apps.sharing.models import Grant
from apps.sharing.validity import in_force

GIVERS = (Role.RECORDS_CUSTODIAN,)
REVOKERS = (Role.RECORDS_CUSTODIAN, Role.SUPERVISOR)
#: Of the agency that is given something: those who look at the like at home.
READERS = PLAYERS
SAVERS = DOWNLOADERS


def viewable_grants(user: Person) -> QuerySet[Grant]:
    """Grants of the agencies whose items the person sees, whatever became of them; and those given to the person's own
    agency, while they are in force. What is over is not even counted for its recipient.
    """
    if not serves_as(user, *VIEWERS):
        return Grant.objects.none()
    return Grant.objects.filter(Q(agency__in=agencies_of(user, *VIEWERS)) | _received(user))


def received_grants(user: Person) -> QuerySet[Grant]:
    """What other agencies share with the person's agency now."""
    return Grant.objects.filter(_received(user)) if serves_as(user, *READERS) else Grant.objects.none()


def given_grants(user: Person) -> QuerySet[Grant]:
    """What the person's agencies have given, also what is over."""
    if not serves_as(user, *VIEWERS):
        return Grant.objects.none()
    return Grant.objects.filter(agency__in=agencies_of(user, *VIEWERS))


def can_view_grant(user: Person, grant: Grant) -> bool:
    """Whether the grant is one of `viewable_grants(user)`."""
    return viewable_grants(user).filter(pk=grant.pk).exists()


def can_give(user: Person, case: Case) -> bool:
    """A records custodian of the agency whose case it is."""
    return has_role(user, case.agency, *GIVERS)


def can_change(user: Person, grant: Grant) -> bool:
    """Who may give longer."""
    return has_role(user, grant.agency, *GIVERS)


def can_revoke(user: Person, grant: Grant) -> bool:
    """Custodians and supervisors of the owning agency, while it is not over."""
    return not grant.is_over and has_role(user, grant.agency, *REVOKERS)


def _received(user: Person) -> Q:
    return in_force() & Q(agreement__to_agency__in=agencies_of(user, *READERS))
