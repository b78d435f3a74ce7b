"""Triage: a detective accepts each item as evidence or returns it with a reason; the bytes stay."""

from __future__ import annotations

import pytest

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.evidence.models import EvidenceItem
from apps.evidence.services import triage, working
from apps.evidence.states import Triage
from apps.evidence.storage import original_key, store
from apps.ledger import selectors as ledger
from apps.ledger.values import Actor
from tests.factories.evidence import received_item
from tests.factories.items import sealed_item
from tests.factories.people import AgencyFactory, staff

pytestmark = pytest.mark.django_db(transaction=True)
WHO = Actor.system("test")


def decisions(item: EvidenceItem) -> list[str]:
    acts = [e.action.removeprefix("evidence_item.") for e in ledger.entries_for(working.subject_of(item))]
    return [act for act in acts if act in Triage.values]


def test_accepting_twice_is_one_act() -> None:
    item = sealed_item(b"frames")
    detective = staff(Role.DETECTIVE, item.agency)
    for _time in range(2):
        assert triage.accept_item(item=item, user=detective).triage == Triage.ACCEPTED
    assert decisions(item) == ["accepted"]


def test_a_decision_may_be_reconsidered_and_the_original_stays() -> None:
    item = sealed_item(b"frames")
    detective = staff(Role.DETECTIVE, item.agency)
    triage.accept_item(item=item, user=detective)
    triage.return_item(item=item, user=detective, reason="Another street.")
    triage.accept_item(item=item, user=detective)
    item.refresh_from_db()
    assert (item.triage, item.triage_reason) == (Triage.ACCEPTED, "")
    assert decisions(item) == ["accepted", "returned", "accepted"]
    assert store().read_back(original_key(item.digest)) == item.digest


def test_the_reason_is_personal_data_and_not_in_the_leaf() -> None:
    item = sealed_item(b"frames")
    triage.return_item(item=item, user=staff(Role.DETECTIVE, item.agency), reason="Mr Smith asked.")
    entry = ledger.entries_for(working.subject_of(item))[-1]
    assert b"Smith" not in bytes(entry.leaf)


@pytest.mark.parametrize("reason", ["", "   \n", "x" * 2001])
def test_a_return_needs_a_reason_of_some_length(reason: str) -> None:
    item = sealed_item(b"frames")
    with pytest.raises(InvalidInput) as refused:
        triage.return_item(item=item, user=staff(Role.DETECTIVE, item.agency), reason=reason)
    assert "reason" in refused.value.fields


@pytest.mark.parametrize("role", [Role.ANALYST, Role.AUDITOR, Role.RECORDS_CUSTODIAN, Role.PROGRAM_MANAGER])
def test_other_roles_decide_nothing(role: Role) -> None:
    item = sealed_item(b"frames")
    with pytest.raises(NotAllowed):
        triage.accept_item(item=item, user=staff(role, item.agency))
    with pytest.raises(NotAllowed):
        triage.accept_item(item=item, user=staff(Role.DETECTIVE, AgencyFactory.create()))
    assert decisions(item) == []


def test_nothing_is_decided_before_the_seal() -> None:
    item = received_item(b"frames")
    with pytest.raises(WrongState):
        triage.accept_item(item=item, user=staff(Role.DETECTIVE, item.agency))


def test_only_what_failed_is_tried_again() -> None:
    item = sealed_item(b"frames")
    with pytest.raises(WrongState):
        triage.retry_item(item=item, user=staff(Role.DETECTIVE, item.agency))
