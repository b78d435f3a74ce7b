"""Who asks for exports, decides about them, sees them and takes the packages. Asked for one and for many alike.

Whoever may take an original may ask for a package. Taking one needs a purpose besides (`services/export_taking.py`). An
export with a restricted item in it exists for cleared colleagues alone.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from apps.agencies.models import Case, Role
from apps.agencies.policies import Person, agencies_cleared, agencies_of, has_role, is_cleared, serves_as
from apps.core.reading import asked_once
from apps.disclosure.models import Export, ExportItem
from apps.evidence.policies import DOWNLOADERS, VIEWERS

DECIDERS = (Role.SUPERVISOR, Role.RECORDS_CUSTODIAN)


def viewable_exports(user: Person) -> QuerySet[Export]:
    """Exports of the agencies whose items the person sees. No partner sees one: an export tells of an investigation."""
    if not serves_as(user, *VIEWERS):
        return Export.objects.none()
    hidden = ExportItem.objects.filter(export_id=OuterRef("pk"), item__restricted_at__isnull=False)
    hidden = hidden.exclude(item__agency__in=agencies_cleared(user))
    return Export.objects.filter(~Exists(hidden), agency__in=agencies_of(user, *VIEWERS))


def can_view_export(user: Person, export: Export) -> bool:
    """Whether the export is one of `viewable_exports(user)`."""
    return viewable_exports(user).filter(pk=export.pk).exists()


def can_request_export(user: Person, case: Case) -> bool:
    """Whether the person may ask for items of the case."""
    return has_role(user, case.agency, *DOWNLOADERS)


def can_decide_export(user: Person, export: Export) -> bool:
    """Whether the person may be the second one: never who asked."""
    if export.requested_by_id == user.pk or not has_role(user, export.agency, *DECIDERS):
        return False
    return _is_open_to(user, export)


def _is_open_to(user: Person, export: Export) -> bool:
    restricted = export.items.filter(item__restricted_at__isnull=False)
    return is_cleared(user, export.agency) or not asked_once(("restricted_in", export.pk), restricted.exists)


def can_cancel_export(user: Person, export: Export) -> bool:
    """Who asked, while the role lasts, and any records custodian of the agency."""
    if not _is_open_to(user, export):
        return False
    if has_role(user, export.agency, Role.RECORDS_CUSTODIAN):
        return True
    return export.requested_by_id == user.pk and has_role(user, export.agency, *DOWNLOADERS)


def can_take_package(user: Person, export: Export) -> bool:
    """Whether the person may download the package, given a purpose: who asked, and records custodians."""
    return can_cancel_export(user, export)
