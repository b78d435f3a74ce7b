"""Who sees which purposes and which requests to see places, and who decides about those."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.access.grounds import roles_for
from apps.access.models import AccessKind, PlacesRequest, Purpose, PurposeKind
from apps.agencies.models import Case, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as


def viewable_purposes(user: Person) -> QuerySet[Purpose]:
    """One's own purposes; an auditor sees everybody's in the agency."""
    if not serves_as(user):
        return Purpose.objects.none()
    own = Purpose.objects.filter(user_id=user.pk, agency__in=agencies_of(user))
    return own | Purpose.objects.filter(agency__in=agencies_of(user, Role.AUDITOR))


def can_view_purpose(user: Person, purpose: Purpose) -> bool:
    if purpose.user_id == user.pk:
        return has_role(user, purpose.agency)
    return has_role(user, purpose.agency, Role.AUDITOR)


# Who sees what colleagues asked for: one decides, the other checks.
_PLACES_VIEWERS = (Role.SUPERVISOR, Role.AUDITOR)


def can_ask_for_places(user: Person) -> bool:
    """People who work on cases: a ground for the map of a case is open to their role."""
    return serves_as(user, *roles_for(AccessKind.PARTNER_MAP, PurposeKind.CASE))


def can_read_all_places_requests(user: Person) -> bool:
    """Supervisors and auditors read what colleagues asked."""
    return serves_as(user, *_PLACES_VIEWERS)


def viewable_places_requests(user: Person) -> QuerySet[PlacesRequest]:
    """One's own; supervisors and auditors see everybody's in the agency."""
    if not serves_as(user):
        return PlacesRequest.objects.none()
    own = PlacesRequest.objects.filter(author_id=user.pk, agency__in=agencies_of(user))
    return own | PlacesRequest.objects.filter(agency__in=agencies_of(user, *_PLACES_VIEWERS))


def can_view_places_request(user: Person, asked: PlacesRequest) -> bool:
    if asked.author_id == user.pk:
        return has_role(user, asked.agency)
    return has_role(user, asked.agency, *_PLACES_VIEWERS)


def can_decide_places(user: Person, asked: PlacesRequest) -> bool:
    """A supervisor of the agency who did not ask."""
    return asked.author_id != user.pk and has_role(user, asked.agency, Role.SUPERVISOR)


def can_delay_telling(user: Person, case: Case) -> bool:
    """A supervisor of the case's agency decides when owners are told who looked."""
    return has_role(user, case.agency, Role.SUPERVISOR)
