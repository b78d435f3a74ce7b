"""Staff rights per agency."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from apps.access.models import Purpose, PurposeKind
from apps.access.policies import can_view_purpose, viewable_purposes
from apps.agencies import policies
from apps.agencies.models import Case, Role, RoleGrant
from tests.factories.people import AgencyFactory, CaseFactory, UserFactory, ZoneFactory, staff

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("held", Role.values)
@pytest.mark.parametrize("asked", Role.values)
def test_only_the_role_that_is_held_counts(held, asked):
    agency = AgencyFactory.create()
    user = staff(held, agency)
    assert policies.has_role(user, agency, asked) is (held == asked)
    assert (agency in policies.agencies_of(user, asked)) is (held == asked)


def test_a_role_counts_in_its_own_agency_alone():
    here, there = AgencyFactory.create(), AgencyFactory.create()
    user = staff(Role.DETECTIVE, here)
    assert list(policies.agencies_of(user)) == [here]
    assert not policies.has_role(user, there)


def test_ended_grants_inactive_people_inactive_agencies_and_others_have_no_role():
    agency = AgencyFactory.create()
    ended = staff(Role.DETECTIVE, agency)
    RoleGrant.objects.filter(user=ended).update(ended_at=timezone.now())
    inactive = staff(Role.DETECTIVE, agency)
    inactive.is_active = False
    inactive.save()
    resident = UserFactory.create()
    RoleGrant.objects.create(user=resident, agency=agency, role=Role.DETECTIVE)
    for user in (ended, inactive, resident, AnonymousUser()):
        assert not policies.has_role(user, agency)
        assert not policies.agencies_of(user).exists()
    current = staff(Role.DETECTIVE, agency)
    agency.is_active = False
    agency.save()
    assert not policies.has_role(current, agency)


def _purpose(user, agency):
    return Purpose.objects.create(
        user=user, agency=agency, kind=PurposeKind.CALL, reason="look", ends_at=timezone.now()
    )


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("same_agency", [True, False])
def test_asking_for_one_and_for_many_gives_the_same_answer(role, same_agency):
    agency = AgencyFactory.create()
    user = staff(role, agency if same_agency else AgencyFactory.create())
    zone, case = ZoneFactory.create(agency=agency), CaseFactory.create(agency=agency)
    own, others = _purpose(user, agency), _purpose(staff(Role.DETECTIVE, agency), agency)
    assert policies.can_view_agency(user, agency) is (agency in policies.viewable_agencies(user))
    assert policies.can_view_zone(user, zone) is (zone in policies.viewable_zones(user))
    assert policies.can_view_case(user, case) is (case in policies.viewable_cases(user))
    for purpose in (own, others):
        assert can_view_purpose(user, purpose) is (purpose in viewable_purposes(user))
    assert can_view_purpose(user, others) is (same_agency and role == Role.AUDITOR)


def test_cases_are_for_those_who_work_on_them():
    case: Case = CaseFactory.create()
    assert policies.can_view_case(staff(Role.DETECTIVE, case.agency), case)
    assert not policies.can_view_case(staff(Role.PROGRAM_MANAGER, case.agency), case)
