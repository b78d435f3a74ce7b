"""Who sees staff accounts, their roles and their sign-ins, and who may change them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import SignInEvent, User
from apps.agencies.models import Agency, Role, RoleGrant
from apps.agencies.policies import Person, agencies_of, appoints_managers_in, has_role, is_appointed_manager, serves_as


def _with_role_ever(agencies: QuerySet[Agency]) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(agency__in=agencies)


def agencies_with_staff_in_sight(user: Person) -> QuerySet[Agency]:
    """Those whose staff the person sees: managers and auditors, and managers whose training has ended."""
    audits = agencies_of(user, Role.AUDITOR)
    return audits | appoints_managers_in(user) if is_appointed_manager(user) else audits


def viewable_staff(user: Person) -> QuerySet[User]:
    """Program managers and auditors see people who have or had a role in their agency."""
    agencies = agencies_with_staff_in_sight(user)
    if agencies.query.is_empty() or not agencies.exists():
        return User.objects.none()
    grants = _with_role_ever(agencies).filter(user_id=OuterRef("pk"))
    return User.objects.filter(Exists(grants), is_staff=True)


def can_view_staff(user: Person, person: User) -> bool:
    agencies = agencies_with_staff_in_sight(user)
    return person.is_staff and _with_role_ever(agencies).filter(user_id=person.pk).exists()


def can_open_accounts(user: Person) -> bool:
    """Whether the person manages the staff of any agency, or may at least appoint a manager there."""
    return is_appointed_manager(user)


def can_change_roles(user: Person, person: User, agency: Agency, role: str = "") -> bool:
    """A program manager of this very agency, for anybody of the staff but oneself.

    A manager whose training has ended may still give the role of program manager, and record the training for it.
    """
    if not person.is_staff or person.pk == user.pk:
        return False
    if has_role(user, agency, Role.PROGRAM_MANAGER):
        return True
    return role == Role.PROGRAM_MANAGER and appoints_managers_in(user).filter(pk=agency.pk).exists()


def agencies_to_release_in(user: Person, person: User) -> QuerySet[Agency]:
    """The agencies for which the person could release this account: he manages them, and the other serves there.

    CJIS AC-7 asks for an administrator. A program manager of the same agency knows the colleague and can ask him in
    person whether it was he; nobody releases himself, whatever his roles.
    """
    if not person.is_staff or person.pk == user.pk:
        return Agency.objects.none()
    serves = RoleGrant.objects.filter(user_id=person.pk, agency_id=OuterRef("pk"), ended_at__isnull=True)
    return agencies_of(user, Role.PROGRAM_MANAGER).filter(Exists(serves))


def can_release(user: Person, person: User) -> bool:
    return agencies_to_release_in(user, person).exists()


def viewable_sign_in_events(user: Person) -> QuerySet[SignInEvent]:
    """Auditors read the events of those who have or had a role in their agency, and those that name nobody (AU-6)."""
    if not serves_as(user, Role.AUDITOR):
        return SignInEvent.objects.none()
    colleagues = _with_role_ever(agencies_of(user, Role.AUDITOR)).filter(user_id=OuterRef("user_id"))
    return SignInEvent.objects.filter(Q(user__isnull=True) | Exists(colleagues))


def can_view_sign_in_event(user: Person, event: SignInEvent) -> bool:
    agencies = agencies_of(user, Role.AUDITOR)
    if event.user_id is None:
        return serves_as(user, Role.AUDITOR)
    return _with_role_ever(agencies).filter(user_id=event.user_id).exists()
