"""A further ground, as a sharing grant will be one: the selector, the form and the record take it as it is."""

import uuid

import pytest
from django.db import transaction

from apps.access import grounds
from apps.access.forms import PurposeForm
from apps.access.grounds import Ground, Target
from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.selectors import may_access
from apps.access.services import record_access
from apps.agencies.models import Role, RoleGrant
from apps.core.errors import NotAllowed
from apps.ledger.models import Entry
from apps.ledger.values import Subject
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db

SHARED, ANOTHER = (Subject.of("evidence_item", uuid.uuid4()) for _ in range(2))


@pytest.fixture
def agencies(monkeypatch):
    """The agency that shares one item, and the one it is shared with."""
    giving, taking = AgencyFactory.create(), AgencyFactory.create()

    def granted(purpose: Purpose, target: Target) -> bool:
        return purpose.agency == taking and target.agency == giving and target.subject == SHARED

    monkeypatch.setattr(grounds, "GROUNDS", dict(grounds.GROUNDS))
    for module in ("apps.access.selectors", "apps.access.services.purposes"):
        monkeypatch.setattr(f"{module}.GROUNDS", grounds.GROUNDS)
    roles = {AccessKind.FOOTAGE: (Role.ANALYST,)}
    grounds.register(Ground(kind="another", roles=roles, opens=granted, crosses_agencies=True))
    return giving, taking


def test_a_further_ground_opens_what_it_reaches_and_nothing_else(agencies):
    giving, taking = agencies
    analyst = staff(Role.ANALYST, taking)
    what = {"agency": giving, "subject": SHARED}
    assert may_access(analyst, AccessKind.FOOTAGE, **what).refusal == "purpose"
    form = PurposeForm(
        analyst, AccessKind.FOOTAGE, {"kind": "another", "reason": "Same car in our case"}, agency=taking
    )
    assert form.is_valid()
    purpose = form.open()
    assert may_access(analyst, AccessKind.FOOTAGE, **what).purpose == purpose
    assert not may_access(analyst, AccessKind.FOOTAGE, agency=giving, subject=ANOTHER)
    assert not may_access(analyst, AccessKind.FOOTAGE, agency=AgencyFactory.create(), subject=SHARED)
    assert not may_access(staff(Role.ANALYST, taking), AccessKind.FOOTAGE, **what)
    assert not may_access(staff(Role.AUDITOR, taking), AccessKind.FOOTAGE, **what)
    with transaction.atomic():
        record_access(purpose, "evidence_item.viewed", SHARED, digest="")
    seen = Entry.objects.get(action="evidence_item.viewed")
    assert (seen.actor.agency, seen.actor.role) == (taking.short_name, Role.ANALYST)
    assert seen.facts["purpose_kind"] == "another"


def test_a_ground_is_declared_once():
    with pytest.raises(ValueError, match="already"):
        grounds.register(Ground(kind=PurposeKind.CASE, roles={}))


def test_nothing_is_recorded_for_somebody_whose_role_has_ended(agencies):
    _giving, taking = agencies
    analyst = staff(Role.ANALYST, taking)
    form = PurposeForm(
        analyst, AccessKind.FOOTAGE, {"kind": "another", "reason": "Same car in our case"}, agency=taking
    )
    assert form.is_valid()
    purpose = form.open()
    RoleGrant.objects.filter(user=analyst).delete()
    with pytest.raises(NotAllowed), transaction.atomic():
        record_access(purpose, "evidence_item.viewed", SHARED, digest="")
    assert not Entry.objects.filter(action="evidence_item.viewed").exists()
