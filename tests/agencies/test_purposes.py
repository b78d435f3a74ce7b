"""The recorded ground of a look."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.agencies.models import AccessKind, Case, Purpose, PurposeKind, Role, RoleGrant
from apps.agencies.selectors import current_purpose
from apps.agencies.services import get_or_create_case, open_purpose
from apps.core.errors import InvalidInput, NotAllowed
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from tests.factories.actors import actor_for
from tests.factories.people import AgencyFactory, CaseFactory, UserFactory, staff

pytestmark = pytest.mark.django_db


def _open(user, agency, **changes):
    given = {
        "kind": PurposeKind.CASE,
        "access": AccessKind.REQUEST_CAMERAS,
        "reason": "Find the car",
        "case_number": "26-000001",
    } | changes
    return open_purpose(user=user, agency=agency, actor=actor_for(user), **given)


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
    assert current_purpose(user, AccessKind.REQUEST_CAMERAS) == purpose
    assert current_purpose(user, AccessKind.REQUEST_CAMERAS, agency=AgencyFactory.create()) is None
    assert purpose.ends_at <= timezone.now() + timedelta(hours=settings.PURPOSE_HOURS)
    Purpose.objects.filter(pk=purpose.pk).update(ends_at=timezone.now())
    assert current_purpose(user, AccessKind.REQUEST_CAMERAS) is None


def test_it_dies_with_the_role():
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    _open(user, agency)
    RoleGrant.objects.filter(user=user).update(ended_at=timezone.now())
    assert current_purpose(user, AccessKind.REQUEST_CAMERAS) is None


def test_a_purpose_for_one_case_is_none_for_another():
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    case, other = CaseFactory.create(agency=agency), CaseFactory.create(agency=agency)
    purpose = _open(user, agency, case_number=case.number)
    assert current_purpose(user, AccessKind.REQUEST_CAMERAS, case=case) == purpose
    assert current_purpose(user, AccessKind.REQUEST_CAMERAS, case=other) is None
    assert current_purpose(staff(Role.DETECTIVE, agency), AccessKind.REQUEST_CAMERAS, case=case) is None


@pytest.mark.parametrize("access", AccessKind.values)
def test_a_reason_given_for_one_kind_of_look_serves_no_other(access):
    agency = AgencyFactory.create()
    user = staff(Role.DETECTIVE, agency)
    _open(user, agency, access=access)
    assert {kind for kind in AccessKind.values if current_purpose(user, kind)} == {access}


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
