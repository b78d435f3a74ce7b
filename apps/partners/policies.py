"""Who may see a partner, and who may act for one."""

from __future__ import annotations

from typing import TypeGuard

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import Person, agencies_of
from apps.core.errors import NotAllowed, NotFound
from apps.partners.models import Consent, MemberRole, Membership, Partner

# A responder answers requests; the register and the consents are for those who run the account.
MANAGING_ROLES = (MemberRole.OWNER, MemberRole.MANAGER)
_PROGRAM_ROLES = (Role.PROGRAM_MANAGER, Role.AUDITOR)


def _is_registrant(user: Person) -> TypeGuard[User]:
    """Staff accounts hold no membership; if one was made a staff account later, it counts no more."""
    return isinstance(user, User) and user.is_active and not user.is_staff


def memberships_of(user: Person, *roles: str) -> QuerySet[Membership]:
    """The person's current memberships, with one of `roles` if any is named."""
    if not _is_registrant(user):
        return Membership.objects.none()
    rows = Membership.objects.filter(user_id=user.pk, ended_at__isnull=True)
    return rows.filter(role__in=roles) if roles else rows


def partners_for(user: Person, *roles: str) -> QuerySet[Partner]:
    """The partners for which the person acts now, in one of `roles` if any is named."""
    if not _is_registrant(user):
        return Partner.objects.none()
    return Partner.objects.filter(Exists(memberships_of(user, *roles).filter(partner_id=OuterRef("pk"))))


def is_member(user: Person, partner: Partner, *roles: str) -> bool:
    """Say whether the person acts for this partner now, in one of `roles` if any is named."""
    return memberships_of(user, *roles).filter(partner_id=partner.pk).exists()


def can_manage_partner(user: Person, partner: Partner) -> bool:
    """Owners and managers keep the register, the consents and the terms."""
    return is_member(user, partner, *MANAGING_ROLES)


def check_can_manage(user: Person, partner: Partner) -> None:
    """Raise NotFound for whoever does not act for this partner, NotAllowed for whoever may only answer requests."""
    if can_manage_partner(user, partner):
        return
    if is_member(user, partner):
        raise NotAllowed(_("Only an owner or a manager of this account may do that."), code="role")
    raise NotFound(_("There is no such partner among yours."))


def is_of_program(user: Person) -> bool:
    """Program managers and auditors of any agency: the register belongs to the program, not to one agency."""
    return agencies_of(user, *_PROGRAM_ROLES).exists()


def viewable_partners(user: Person) -> QuerySet[Partner]:
    """Registrants see their own; program managers and auditors see whom the program has, never where."""
    if not isinstance(user, User) or not user.is_active:
        return Partner.objects.none()
    if user.is_staff:
        return Partner.objects.all() if is_of_program(user) else Partner.objects.none()
    return partners_for(user)


def can_view_partner(user: Person, partner: Partner) -> bool:
    if isinstance(user, User) and user.is_active and user.is_staff:
        return is_of_program(user)
    return is_member(user, partner)


def viewable_consents(user: Person) -> QuerySet[Consent]:
    """Consents are seen by whoever sees their partner."""
    partners = viewable_partners(user)
    return Consent.objects.none() if partners.query.is_empty() else Consent.objects.filter(partner__in=partners)


def can_view_consent(user: Person, consent: Consent) -> bool:
    return can_view_partner(user, consent.partner)
