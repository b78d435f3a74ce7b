"""The recorded ground of an access."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from apps.access.grounds import GROUNDS, roles_for
from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.selectors import may_access
from apps.access.services import open_purpose
from apps.agencies.models import Case, Role, RoleGrant
from apps.agencies.policies import has_role
from apps.agencies.services import get_or_create_case
from apps.core.errors import InvalidInput, NotAllowed
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from tests.factories.access import agreed_to_places
from tests.factories.calls import call_of
from tests.factories.people import AgencyFactory, CaseFactory, UserFactory, staff

pytestmark = pytest.mark.django_db
# What another agency shares opens with its grant alone: tests/sharing.
OWN = [one for one in AccessKind.values if one != AccessKind.SHARED_FOOTAGE]


def may_ask(user, agency):
    return has_role(user, agency, *roles_for(AccessKind.PARTNER_MAP, PurposeKind.CASE))


def _open(user, agency, **changes):
    given = {
        "kind": PurposeKind.CASE,
        "access": AccessKind.REQUEST_CAMERAS,
        "reason": "Find the car",
        "case_number": "26-000001",
        "camera": uuid4(),
    } | changes
    given.setdefault("call", call_of(agency) if given["kind"] == PurposeKind.CALL else None)
    of_map = given["access"] == AccessKind.PARTNER_MAP and given["kind"] == PurposeKind.CASE
    if of_map and may_ask(user, agency):
        agreed_to_places(user, agency, given["case_number"])
    return open_purpose(user=user, agency=agency, **given)


def test_a_purpose_is_recorded_once_with_its_reason_in_the_private_part():
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    purpose = _open(user, agency)
    entry = Entry.objects.get(action="purpose.opened")
    assert entry.subject_id == str(purpose.public_id)
    assert b"Find the car" not in bytes(entry.leaf)
    assert "Find the car" in entry.private_part.data


def test_it_ends_by_itself(settings):
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    purpose = _open(user, agency)
    assert may_access(user, AccessKind.REQUEST_CAMERAS).purpose == purpose
    assert not may_access(user, AccessKind.REQUEST_CAMERAS, agency=AgencyFactory.create())
    assert purpose.ends_at <= timezone.now() + timedelta(hours=settings.PURPOSE_HOURS)
    Purpose.objects.filter(pk=purpose.pk).update(ends_at=timezone.now())
    assert not may_access(user, AccessKind.REQUEST_CAMERAS)


def test_it_dies_with_the_role():
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    _open(user, agency)
    RoleGrant.objects.filter(user=user).update(ended_at=timezone.now())
    assert not may_access(user, AccessKind.REQUEST_CAMERAS)


def test_a_purpose_for_one_case_is_none_for_another():
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    case, other = CaseFactory.create(agency=agency), CaseFactory.create(agency=agency)
    purpose = _open(user, agency, case_number=case.number)
    assert may_access(user, AccessKind.REQUEST_CAMERAS, case=case).purpose == purpose
    assert not may_access(user, AccessKind.REQUEST_CAMERAS, case=other)
    assert not may_access(staff(Role.DETECTIVE, agency), AccessKind.REQUEST_CAMERAS, case=case)


@pytest.mark.parametrize("access", OWN)
def test_a_reason_given_for_one_kind_of_access_serves_no_other(access):
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    for role in set(Role.values) - {Role.DETECTIVE}:
        RoleGrant.objects.create(user=user, agency=agency, role=role)
    purpose = _open(
        user, agency, access=access, kind=next(kind for kind, ground in GROUNDS.items() if access in ground.roles)
    )
    assert {kind for kind in AccessKind.values if may_access(user, kind)} == {access}
    assert {kind for kind in AccessKind.values if may_access(user, kind, purpose=purpose)} == {access}


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("access", OWN)
@pytest.mark.parametrize("kind", PurposeKind.values)
def test_each_ground_opens_to_its_roles_and_the_answer_says_why_not(kind, access, role):
    agency = AgencyFactory.create()
    user = staff(role, agency)
    assert may_access(user, access).refusal == ("purpose" if role in roles_for(access) else "role")
    if role not in roles_for(access, kind):
        with pytest.raises(NotAllowed):
            _open(user, agency, access=access, kind=kind)
        with pytest.raises(NotAllowed):
            may_access(user, access).or_refuse()
        return
    purpose = _open(user, agency, access=access, kind=kind)
    assert may_access(user, access).or_refuse() == purpose
    assert may_access(user, access, agency=agency, purpose=purpose)
    assert not may_access(user, access, agency=AgencyFactory.create())
    assert not may_access(staff(role, agency), access, purpose=purpose)


def test_the_ledger_names_the_role_that_the_ground_asks_for():
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    RoleGrant.objects.create(user=user, agency=agency, role=Role.RECORDS_CUSTODIAN)
    _open(user, agency, access=AccessKind.FOOTAGE, kind=PurposeKind.RECORDS_DUTY)
    assert Entry.objects.get(action="purpose.opened").actor.role == Role.RECORDS_CUSTODIAN


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "x"}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "bell \x07 and nul \x00"}, "reason"),
        ({"kind": "curiosity"}, "kind"),
        ({"case_number": " "}, "case_number"),
        ({"case_number": "9" * 41}, "case_number"),
    ],
)
def test_bad_values_are_named_and_nothing_is_kept(changes, field):
    agency = AgencyFactory.create()
    with pytest.raises(InvalidInput) as refusal:
        _open(staff(Role.DETECTIVE, agency), agency, **changes)
    assert field in refusal.value.fields
    assert not Purpose.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("who", ["resident", "staff elsewhere"])
def test_who_has_no_role_opens_none(who):
    agency = AgencyFactory.create()
    user = UserFactory.create() if who == "resident" else staff(Role.DETECTIVE)
    with pytest.raises(NotAllowed):
        _open(user, agency)


def test_no_entry_no_purpose(monkeypatch):
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)

    def broken(_act):
        raise RuntimeError("the ledger cannot write")

    monkeypatch.setattr(ledger, "append", broken)
    with pytest.raises(RuntimeError):
        _open(user, agency)
    assert not Purpose.objects.exists()
    assert not Case.objects.exists()


def test_one_case_for_one_number_however_it_is_typed():
    agency = AgencyFactory.create()
    assert get_or_create_case(agency=agency, number=" 26-000001a ") == get_or_create_case(
        agency=agency, number="26-000001A"
    )
    assert get_or_create_case(agency=AgencyFactory.create(), number="26-000001A").agency != agency
