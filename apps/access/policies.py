"""Who sees which purposes."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.access.models import Purpose
from apps.agencies.models import Role
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
