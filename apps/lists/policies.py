"""Who sees what is kept about lists."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.lists.models import ListExport


def viewable_exports(user: Person) -> QuerySet[ListExport]:
    """Auditors see the exports of their agency."""
    if not serves_as(user, Role.AUDITOR):
        return ListExport.objects.none()
    return ListExport.objects.filter(agency__in=agencies_of(user, Role.AUDITOR))


def can_view_export(user: Person, export: ListExport) -> bool:
    return has_role(user, export.agency, Role.AUDITOR)
