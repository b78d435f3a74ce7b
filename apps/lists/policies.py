"""Who sees what is kept about lists."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from apps.agencies.models import Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.lists.models import ListExport, ListView

# They look after what their agency shares: its author may have left.
KEEPERS = (Role.SUPERVISOR, Role.PROGRAM_MANAGER)


def viewable_views(user: Person) -> QuerySet[ListView]:
    """One's own, and what is shared within the agencies where the person serves."""
    if not serves_as(user):
        return ListView.objects.none()
    return ListView.objects.filter(Q(shared=True) | Q(author_id=user.pk), agency__in=agencies_of(user))


def can_view_view(user: Person, view: ListView) -> bool:
    return has_role(user, view.agency) and (view.shared or view.author_id == user.pk)


def can_change_view(user: Person, view: ListView) -> bool:
    """Its author, and for a shared one a supervisor or a program manager of its agency."""
    return can_view_view(user, view) and (view.author_id == user.pk or has_role(user, view.agency, *KEEPERS))


def viewable_exports(user: Person) -> QuerySet[ListExport]:
    """Auditors see the exports of their agency."""
    if not serves_as(user, Role.AUDITOR):
        return ListExport.objects.none()
    return ListExport.objects.filter(agency__in=agencies_of(user, Role.AUDITOR))


def can_view_export(user: Person, export: ListExport) -> bool:
    return has_role(user, export.agency, Role.AUDITOR)
