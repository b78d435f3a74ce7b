"""One way to write an act, and what it refuses."""

from __future__ import annotations

import pytest

from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject
from scripts.acts import PAGE, is_known, page

CAMERA = Subject.of("camera", "c-1")


@pytest.mark.django_db
def test_an_act_is_recorded_with_its_facts_and_its_private_part():
    officer = Actor(kind="staff", public_id="s-1", role="detective", agency="TPD")
    entry = ledger.record("camera.approved", CAMERA, officer, version=2, private={"reason": "in order"})
    assert (entry.facts, entry.private) == ({"version": 2}, {"reason": "in order"})
    assert entry.actor == officer
    assert entry.subject == CAMERA


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "agency"), [("", ""), ("detective", ""), ("", "TPD")])
def test_a_staff_act_without_role_and_agency_is_refused(role, agency):
    with pytest.raises(ledger.ActorIncomplete):
        ledger.record("camera.approved", CAMERA, Actor("staff", "s-1", role, agency))
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_staff_change_their_own_account_in_no_role():
    own = Actor(kind="staff", public_id="s-1")
    ledger.record("sessions.ended", Subject.of("user", "s-1"), own, count=1)
    with pytest.raises(ledger.ActorIncomplete):
        ledger.record("sessions.ended", Subject.of("user", "s-2"), own, count=1)


def test_the_catalog_of_acts_is_current():
    assert PAGE.read_text() == page(), "run python -m scripts.acts"


@pytest.mark.parametrize(
    ("action", "known"), [("camera.approved", True), ("evidence_item.returned", True), ("camera.eaten", False)]
)
def test_the_catalog_knows_the_acts_of_the_code(action, known):
    assert is_known(action) is known
