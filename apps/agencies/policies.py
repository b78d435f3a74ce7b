"""Who among the staff may do what, per agency. Every app above asks here; nothing else grants a staff right."""

from __future__ import annotations

from typing import Any, TypeGuard

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Agency, Case, Role, RoleGrant, Zone
from apps.core.reading import asked_once, is_reading

Person = User | AnonymousUser


def _is_active_staff(user: Person) -> TypeGuard[User]:
    return isinstance(user, User) and user.is_active and user.is_staff


def grants_in_force() -> QuerySet[RoleGrant]:
    """The roles that give rights now: not ended, in an active agency, and trained where the agency asks for it."""
    trained = Q(agency__training_months__isnull=True) | Q(trained_until__gt=timezone.now())
    return RoleGrant.objects.filter(trained, ended_at__isnull=True, agency__is_active=True)


def is_in_force(grant: RoleGrant) -> bool:
    """The same of one open role of an active agency, without a query."""
    if not grant.agency.training_months:
        return True
    return grant.trained_until is not None and grant.trained_until > timezone.now()


def _grants(user: Person, roles: tuple[str, ...]) -> QuerySet[RoleGrant]:
    if not _is_active_staff(user):
        return RoleGrant.objects.none()
    grants = grants_in_force().filter(user_id=user.pk)
    return grants.filter(role__in=roles) if roles else grants


def _held(user: User) -> frozenset[tuple[int, str]]:
    """Agency and role of each grant that holds now."""
    if not is_reading():
        return frozenset(grants_in_force().filter(user_id=user.pk).values_list("agency_id", "role"))
    return frozenset((grant.agency_id, grant.role) for grant in _grants_held(user))


def _grants_held(user: User) -> list[RoleGrant]:
    return asked_once(("grants_held", user.pk), lambda: [one for one in _appointments(user) if is_in_force(one)])


def _appointments(user: User) -> list[RoleGrant]:
    """The person's open roles in active agencies, trained or not."""
    return asked_once(("grants", user.pk), lambda: list(_appointments_of(user)))


def _appointments_of(user: User) -> QuerySet[RoleGrant]:
    mine = RoleGrant.objects.filter(user_id=user.pk, ended_at__isnull=True, agency__is_active=True)
    return mine.select_related("agency").annotate(
        is_audited=Exists(auditors_in_force().filter(agency=OuterRef("agency"))),
        is_anybody_auditor=Exists(auditors_in_force()),
    )


def auditors_in_force() -> QuerySet[RoleGrant]:
    """The roles of those who can look after an agency's findings now."""
    return grants_in_force().filter(role=Role.AUDITOR, user__is_active=True)


def managed_without_auditor(user: Person) -> tuple[list[Agency], bool]:
    """The agencies that the person manages and nobody audits now, and whether anybody audits any. Asks nothing more."""
    held = _grants_held(user) if _is_active_staff(user) else []
    alone: list[Any] = [grant for grant in held if grant.role == Role.PROGRAM_MANAGER]
    return [grant.agency for grant in alone if not grant.is_audited], any(one.is_anybody_auditor for one in alone)


def _agency_ids(user: User, roles: tuple[str, ...]) -> set[int]:
    return {agency for agency, role in _held(user) if not roles or role in roles}


def agencies_of(user: Person, *roles: str) -> QuerySet[Agency]:
    """The active agencies in which the person holds one of `roles` now (any role if none is named).

    Nobody who is inactive, not staff, or whose grant ended gets one.
    """
    if not _is_active_staff(user):
        return Agency.objects.none()
    if is_reading():
        found = _agency_ids(user, roles)
        return Agency.objects.filter(pk__in=found) if found else Agency.objects.none()
    return Agency.objects.filter(Exists(_grants(user, roles).filter(agency_id=OuterRef("pk"))))


def agencies_served(user: Person, *roles: str) -> list[Agency]:
    """The active agencies in which the person holds one of `roles` (any role if none is named) now, by name.

    It asks nothing of the database beside the roles.
    """
    held = _grants_held(user) if _is_active_staff(user) else []
    found = {grant.agency for grant in held if not roles or grant.role in roles}
    return sorted(found, key=lambda agency: agency.short_name)


def serves_as(user: Person, *roles: str) -> TypeGuard[User]:
    """Say whether the person holds one of `roles` (any role if none is named) in some active agency now."""
    return _is_active_staff(user) and bool(_agency_ids(user, roles))


def serves_in_several(user: Person, *roles: str) -> bool:
    """Say whether the person holds one of `roles` in more than one active agency now: then lists name the agency."""
    return _is_active_staff(user) and len(_agency_ids(user, roles)) > 1


def has_role(user: Person, agency: Agency, *roles: str) -> bool:
    """Say whether the person holds one of `roles` (any role if none is named) in this agency now."""
    return _is_active_staff(user) and agency.pk in _agency_ids(user, roles)


def is_cleared(user: Person, agency: Agency) -> bool:
    """Whether somebody let the person open what is restricted (s. 119.071(2)(h), F.S.) in this agency.

    A clearance hangs from a role: it ends with the role, and does not count while the role gives no rights.
    """
    return _is_active_staff(user) and agency.pk in _cleared_ids(user)


def agencies_cleared(user: Person) -> QuerySet[Agency]:
    """The active agencies of which `is_cleared` says so."""
    found = _cleared_ids(user) if _is_active_staff(user) else set()
    return Agency.objects.filter(pk__in=found) if found else Agency.objects.none()


def _cleared_ids(user: User) -> set[int]:
    return {grant.agency_id for grant in _grants_held(user) if grant.cleared_at is not None}


def cleared_in(agency: Agency) -> QuerySet[User]:
    """The people who may open what is restricted in the agency now, by name."""
    cleared = grants_in_force().filter(agency=agency, cleared_at__isnull=False, user__is_active=True)
    return User.objects.filter(pk__in=cleared.values("user_id")).order_by("name", "pk")


def roles_of(user: Person, agency: Agency) -> set[str]:
    """The roles that the person holds in this agency now."""
    return {role for held, role in _held(user) if held == agency.pk} if _is_active_staff(user) else set()


def roles_anywhere(user: Person) -> set[str]:
    """The roles that the person holds now in whichever agency: what a menu needs to know."""
    return {role for _agency, role in _held(user)} if _is_active_staff(user) else set()


def appoints_managers_in(user: Person) -> QuerySet[Agency]:
    """The agencies where the person is program manager, or was until a training ended that left nobody in the role.

    An agency's only manager could let nobody record a training otherwise, and would be locked out for good. So one
    right stays: to appoint another program manager and to record that one's training, who then records this one's.
    Where a colleague's training holds, nothing stays: the colleague records it.
    """
    managed = _appoints_in(user) if _is_active_staff(user) else set()
    return Agency.objects.filter(pk__in=managed) if managed else Agency.objects.none()


def is_appointed_manager(user: Person) -> bool:
    """Whether there is an agency of which `appoints_managers_in` says so."""
    return _is_active_staff(user) and bool(_appoints_in(user))


def _appoints_in(user: User) -> set[int]:
    appointed = {grant.agency_id for grant in _appointments(user) if grant.role == Role.PROGRAM_MANAGER}
    ended = appointed - _agency_ids(user, (Role.PROGRAM_MANAGER,))
    if not ended:
        return appointed
    held = grants_in_force().filter(agency__in=ended, role=Role.PROGRAM_MANAGER, user__is_active=True)
    return appointed - set(held.values_list("agency_id", flat=True))


def viewable_agencies(user: Person) -> QuerySet[Agency]:
    """Staff see the agencies they serve in."""
    return agencies_of(user)


def can_view_agency(user: Person, agency: Agency) -> bool:
    return has_role(user, agency)


def viewable_zones(user: Person) -> QuerySet[Zone]:
    """Staff see the zones of the agencies they serve in."""
    if not _is_active_staff(user):
        return Zone.objects.none()
    return Zone.objects.filter(agency__in=agencies_of(user))


def zones_of_program() -> list[Zone]:
    """The zones of all active agencies, which everybody may see: a page asks once."""
    zones = Zone.objects.filter(agency__is_active=True)
    return asked_once("zones_of_program", lambda: list(zones))


def can_view_zone(user: Person, zone: Zone) -> bool:
    return has_role(user, zone.agency)


_CASE_ROLES = (Role.DETECTIVE, Role.SUPERVISOR, Role.ANALYST, Role.RECORDS_CUSTODIAN, Role.AUDITOR)


def viewable_cases(user: Person) -> QuerySet[Case]:
    """People who work on cases see those of their agency; a program manager does not need them."""
    if not serves_as(user, *_CASE_ROLES):
        return Case.objects.none()
    return Case.objects.filter(agency__in=agencies_of(user, *_CASE_ROLES))


def can_view_case(user: Person, case: Case) -> bool:
    return has_role(user, case.agency, *_CASE_ROLES)
