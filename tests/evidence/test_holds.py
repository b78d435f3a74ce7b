"""A hold keeps an item and the contact of who gave it, until somebody lifts it with a reason."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound
from apps.evidence.models import CaseHold, EvidenceHold, EvidenceItem, WitnessContact
from apps.evidence.services.contacts import erase_kept_contacts, keep_witness_contact
from apps.evidence.services.holds import (
    get_hold_for,
    lift_hold,
    only_held,
    place_case_hold,
    place_hold,
    review_hold,
)
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from tests.factories.cameras import owner_of
from tests.factories.evidence import received_item
from tests.factories.people import staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

WORKER = Actor.system("worker")
CASE = "Leon County, 2026-CF-0001"
WORDS = {
    "authority": CASE,
    "ordered_by": "Judge Oak",
    "reason": "The trial begins in May.",
    "review_on": (timezone.localdate() + timedelta(days=90)).isoformat(),
}


@pytest.fixture(autouse=True)
def stores(settings, tmp_path):
    settings.EVIDENCE_URL = f"file://{tmp_path / 'evidence'}"
    settings.STAGING_DIR = tmp_path / "staging"


@pytest.fixture
def item():
    return received_item(b"frames")


@pytest.fixture
def custodian(item):
    return staff(Role.RECORDS_CUSTODIAN, item.agency)


def hold(item, custodian, authority=CASE):
    return place_hold(item=item, user=custodian, authority=authority, reason="The trial begins in May.")


def acts():
    return list(Entry.objects.filter(action__contains=".hold_").order_by("pk").values_list("action", flat=True))


def page(item, person):
    return sign_in(Client(), person).get(reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))


def test_the_same_authority_holds_an_item_once_and_another_beside_it(item, custodian):
    first = hold(item, custodian)
    assert hold(item, custodian) == first
    assert hold(item, custodian, "State attorney, 17") != first
    assert acts() == ["evidence_item.hold_placed"] * 2
    assert CASE not in str(Entry.objects.filter(action="evidence_item.hold_placed").first().record)


def test_a_hold_is_lifted_once_with_a_reason_and_may_be_placed_again(item, custodian):
    first = hold(item, custodian)
    with pytest.raises(InvalidInput):
        lift_hold(hold=first, user=custodian, reason=" ")
    for _ in range(2):
        lift_hold(hold=first, user=custodian, reason="The case was closed.")
    assert acts() == ["evidence_item.hold_placed", "evidence_item.hold_lifted"]
    assert hold(item, custodian) != first


@pytest.mark.parametrize("role", [one for one in Role.values if one != Role.RECORDS_CUSTODIAN])
def test_only_the_agencys_custodian_places_and_lifts(role, item, custodian):
    placed = hold(item, custodian)
    for person in (staff(role, item.agency), staff(Role.RECORDS_CUSTODIAN)):
        with pytest.raises(NotAllowed):
            hold(item, person)
        with pytest.raises(NotAllowed):
            lift_hold(hold=placed, user=person, reason="I would like to.")
    with pytest.raises(NotFound):
        get_hold_for(staff(Role.RECORDS_CUSTODIAN), placed.public_id)


def test_the_contact_of_a_held_items_giver_does_not_end_until_the_hold_does(item, custodian):
    kept = WitnessContact.objects.create(
        partner=item.submission.partner, contact="{}", keep_until=timezone.now() - timedelta(days=1)
    )
    placed = hold(item, custodian)
    assert erase_kept_contacts(actor=WORKER) == 0
    lift_hold(hold=placed, user=custodian, reason="The case was closed.")
    assert erase_kept_contacts(actor=WORKER) == 1
    assert not WitnessContact.objects.filter(pk=kept.pk).exists()


def test_an_old_giver_whose_item_is_held_is_kept_when_the_account_is_erased(item, custodian, settings):
    settings.EVIDENCE_CONTACT_DAYS = 0
    assert keep_witness_contact(partner=item.submission.partner, actor=WORKER) is None
    hold(item, custodian)
    assert keep_witness_contact(partner=item.submission.partner, actor=WORKER) is not None
    assert erase_kept_contacts(actor=WORKER) == 0


def test_a_custodian_places_and_lifts_on_the_page_and_a_detective_reads_it(item, custodian):
    client = sign_in(Client(), custodian)
    address = reverse("admin:evidence_evidenceitem_hold", args=[item.public_id])
    assert client.post(address, {"authority": "", "reason": ""}).status_code == 422
    client.post(address, WORDS)
    placed = EvidenceHold.objects.get()
    seen = page(item, staff(Role.DETECTIVE, item.agency)).content.decode()
    assert CASE in seen
    assert "ordered by Judge Oak" in seen
    assert "Lift the hold" not in seen
    lift = reverse("admin:evidence_evidenceitem_lift", args=[placed.public_id])
    assert client.post(lift, {"reason": ""}).status_code == 422
    client.post(lift, {"reason": "The case was closed."})
    assert "The case was closed." in page(item, custodian).content.decode()


def test_the_giver_reads_nothing_of_a_hold(item, custodian):
    hold(item, custodian)
    owner = owner_of(item.submission.partner)
    client = sign_in(Client(), owner)
    for name, public_id in (("item", item.public_id), ("receipt", item.submission.public_id)):
        text = client.get(reverse(f"evidence:{name}", args=[public_id])).content.decode()
        assert CASE not in text
        assert "hold" not in text.lower().replace("household", "")


def test_a_hold_on_a_case_holds_its_items_and_those_that_come_later(item, custodian):
    placed = place_case_hold(
        case=item.submission.case, user=custodian, authority=CASE, ordered_by="Judge Oak", reason="The trial begins."
    )
    later = received_item(b"later", sent_through=item.submission.invitation)
    assert set(only_held(EvidenceItem.objects.all())) == {item, later}
    lift_hold(hold=placed, user=custodian, reason="The trial is over.")
    assert not only_held(EvidenceItem.objects.all()).exists()
    assert acts() == ["case.hold_placed", "case.hold_lifted"]


def test_a_hold_on_a_case_keeps_the_contacts_of_its_givers(item, custodian):
    WitnessContact.objects.create(
        partner=item.submission.partner, contact="{}", keep_until=timezone.now() - timedelta(days=1)
    )
    placed = place_case_hold(case=item.submission.case, user=custodian, authority=CASE, reason="The trial begins.")
    assert erase_kept_contacts(actor=WORKER) == 0
    lift_hold(hold=placed, user=custodian, reason="The trial is over.")
    assert erase_kept_contacts(actor=WORKER) == 1


def test_only_the_agencys_custodian_holds_a_case(item, custodian):
    for person in (staff(Role.DETECTIVE, item.agency), staff(Role.RECORDS_CUSTODIAN)):
        with pytest.raises(NotAllowed):
            place_case_hold(case=item.submission.case, user=person, authority=CASE, reason="I would like to.")


def test_a_hold_is_looked_at_again_only_on_a_day_to_come_and_while_it_is_in_force(item, custodian):
    placed = hold(item, custodian)
    today = timezone.localdate()
    with pytest.raises(InvalidInput):
        review_hold(hold=placed, user=custodian, review_on=today - timedelta(days=1), reason="Too late.")
    day = today + timedelta(days=90)
    assert review_hold(hold=placed, user=custodian, review_on=day, reason="The judge said so.").review_on == day
    lift_hold(hold=placed, user=custodian, reason="The case was closed.")
    with pytest.raises(NotFound):
        review_hold(hold=placed, user=custodian, review_on=day, reason="The judge said so.")


def test_a_custodian_holds_a_case_on_its_page(item, custodian):
    client = sign_in(Client(), custodian)
    case = item.submission.case
    assert client.post(reverse("admin:agencies_case_hold", args=[case.public_id]), {}).status_code == 422
    client.post(reverse("admin:agencies_case_hold", args=[case.public_id]), WORDS)
    placed = CaseHold.objects.get()
    assert "in force for the case" in page(item, custodian).content.decode()
    again = reverse("admin:agencies_case_again", args=[placed.public_id])
    assert client.post(again, {"review_on": "2020-01-01", "reason": "No."}).status_code == 422
    client.post(reverse("admin:agencies_case_lift", args=[placed.public_id]), {"reason": "The trial is over."})
    placed.refresh_from_db()
    assert placed.lifted_reason == "The trial is over."
