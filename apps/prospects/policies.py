"""Who may enter cameras for owners, and whose invitations staff see."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.agencies.features import Feature, check_on
from apps.agencies.models import Agency, Role
from apps.agencies.policies import Person, agencies_of, has_role, serves_as
from apps.core.errors import NotAllowed
from apps.partners.policies import MANAGING_ROLES, can_manage_partner, partners_for
from apps.prospects.models import CameraOffer, OwnerInvitation


def can_enter_for(user: Person, agency: Agency) -> bool:
    """Program managers enter cameras for owners of their agency's area."""
    return has_role(user, agency, Role.PROGRAM_MANAGER)


def check_can_enter(user: Person, agency: Agency | None) -> None:
    """Raise NotAllowed unless the person may enter cameras for owners of this agency's area, and it has that on."""
    if agency is None or not can_enter_for(user, agency):
        raise NotAllowed(_("Only a program manager enters cameras for owners."), code="role")
    check_on(agency, Feature.IMPORTS)


def viewable_owners(user: Person) -> QuerySet[OwnerInvitation]:
    """Program managers see how the invitations of their agency fare, never what is recorded in them."""
    if not serves_as(user, Role.PROGRAM_MANAGER):
        # Known to be empty: the menu then does not name the screen.
        return OwnerInvitation.objects.none()
    return OwnerInvitation.objects.filter(agency__in=agencies_of(user, Role.PROGRAM_MANAGER))


def can_view_owner(user: Person, invitation: OwnerInvitation) -> bool:
    return can_enter_for(user, invitation.agency)


def viewable_offers(user: Person) -> QuerySet[CameraOffer]:
    """Owners and managers see what their partner offers to who moves in. Who has the link sees names of cameras."""
    return CameraOffer.objects.filter(partner__in=partners_for(user, *MANAGING_ROLES))


def can_view_offer(user: Person, offer: CameraOffer) -> bool:
    return can_manage_partner(user, offer.partner)
