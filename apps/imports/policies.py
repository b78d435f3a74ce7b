"""Who may see an import and work on it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.features import check_public_registration
from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, serves_as
from apps.core.errors import NotFound
from apps.imports.models import CameraImport
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.policies import MANAGING_ROLES, can_manage_partner, partners_for
from apps.prospects.policies import can_enter_for, check_can_enter


def viewable_imports(user: Person) -> QuerySet[CameraImport]:
    """A partner's owners and managers see its own; program managers those of their agency. Nobody sees both kinds."""
    if isinstance(user, User) and user.is_active and user.is_staff:
        agencies, serves = agencies_of(user, Role.PROGRAM_MANAGER), serves_as(user, Role.PROGRAM_MANAGER)
        return CameraImport.objects.filter(agency__in=agencies) if serves else CameraImport.objects.none()
    return CameraImport.objects.filter(partner__in=partners_for(user, *MANAGING_ROLES))


def can_view_import(user: Person, camera_import: CameraImport) -> bool:
    if camera_import.agency is not None:
        return can_enter_for(user, camera_import.agency)
    return camera_import.partner is not None and can_manage_partner(user, camera_import.partner)


def check_can_work_on(user: User, camera_import: CameraImport) -> None:
    """Raise NotFound unless the person may see and work on the import."""
    if not can_view_import(user, camera_import):
        raise NotFound(_("There is no such import among yours."))


def check_can_import(user: User, partner: Partner | None, agency: Agency | None) -> None:
    """Raise NotFound or NotAllowed unless the person may import for this partner or agency."""
    if partner is not None:
        partner_policies.check_can_manage(user, partner)
        check_public_registration()
    else:
        check_can_enter(user, agency)
