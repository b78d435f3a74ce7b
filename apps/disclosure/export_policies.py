"""Who asks for exports, decides about them, sees them and takes the packages. Asked for one and for many alike.

Whoever may take an original may ask for a package. Taking one needs a purpose besides (`services/export_taking.py`).
"""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Case, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.disclosure.models import Export
from apps.evidence.policies import DOWNLOADERS, VIEWERS

DECIDERS = (Role.SUPERVISOR, Role.RECORDS_CUSTODIAN)


def viewable_exports(user: Person) -> QuerySet[Export]:
    """Exports of the agencies whose items the person sees. No partner sees one: an export tells of an investigation."""
    if not serves_as(user, *VIEWERS):
        return Export.objects.none()
    return Export.objects.filter(agency__in=agencies_of(user, *VIEWERS))


def can_view_export(user: Person, export: Export) -> bool:
    """Whether the export is one of `viewable_exports(user)`."""
    return viewable_exports(user).filter(pk=export.pk).exists()


def can_request_export(user: Person, case: Case) -> bool:
    """Whether the person may ask for items of the case."""
    return has_role(user, case.agency, *DOWNLOADERS)


def can_decide_export(user: Person, export: Export) -> bool:
    """Whether the person may be the second one: never who asked."""
    return export.requested_by_id != user.pk and has_role(user, export.agency, *DECIDERS)


def can_cancel_export(user: Person, export: Export) -> bool:
    """Who asked, while the role lasts, and any records custodian of the agency."""
    if has_role(user, export.agency, Role.RECORDS_CUSTODIAN):
        return True
    return export.requested_by_id == user.pk and has_role(user, export.agency, *DOWNLOADERS)


def can_take_package(user: Person, export: Export) -> bool:
    """Whether the person may download the package, given a purpose: who asked, and records custodians."""
    return can_cancel_export(user, export)
