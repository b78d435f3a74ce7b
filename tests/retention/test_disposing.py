"""An item goes only if two custodians say so, and its bytes go after the fact is in the database."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.disclosure.services import add_items
from apps.disclosure.services.export_asking import request_export
from apps.evidence.models import EvidenceItem, ObjectRemoval, WitnessContact
from apps.evidence.policies import can_download_original, can_play_item
from apps.evidence.services import removal, sealing
from apps.evidence.services.contacts import erase_kept_contacts
from apps.evidence.services.fixity import check_fixity
from apps.evidence.services.holds import place_case_hold, place_hold
from apps.evidence.states import ItemState, Triage
from apps.evidence.storage import StoreUnavailable, original_key, store
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.notifications.models import Message
from apps.retention.models import Disposition
from apps.retention.services import (
    approve_disposition,
    propose_disposition,
    publish_schedule,
    refuse_disposition,
)
from apps.retention.services.scheduling import Given
from apps.retention.states import DisposalState
from tests.factories.disclosure import taken_request
from tests.factories.evidence import received_item
from tests.factories.items import purpose_for_case, sealed_item
from tests.factories.people import staff
from tests.faults.dying import die_at

pytestmark = pytest.mark.django_db

WHY = {"authority": "Leon County", "reason": "A trial runs."}


def make_old(item, custodian):
    """Its time is over, and nothing keeps it."""
    EvidenceItem.objects.update(triage=Triage.RETURNED, received_at=timezone.now() - timedelta(days=61))
    FootageRequest.objects.update(state=RequestState.CLOSED)
    rules = [Given(title="Returned", series="GS2, item 2", days=60)]
    publish_schedule(user=custodian, agency=item.agency, rules=rules, reason="Approved.", number=0)
    item.refresh_from_db()
    return item


@pytest.fixture
def old(item, custodian):
    return make_old(item, custodian)


@pytest.fixture
def second(old):
    return staff(Role.RECORDS_CUSTODIAN, old.agency)


def propose(old, custodian):
    return propose_disposition(item=old, user=custodian, reason="Its time is over.")


def approve(made, user):
    return approve_disposition(disposition=made, user=user)


def is_stored(item):
    return store().exists(original_key(item.digest))


def test_two_custodians_dispose_of_an_item_and_the_worker_removes_its_bytes(old, custodian, second):
    approve(propose(old, custodian), second)
    old.refresh_from_db()
    assert (old.state, is_stored(old)) == (ItemState.DISPOSED, True)
    assert removal.remove_objects(pk=ObjectRemoval.objects.get().pk)
    assert not is_stored(old)
    entry = Entry.objects.get(action="evidence_item.disposed")
    assert (entry.facts["digest"], entry.facts["series"]) == (old.digest, "GS2, item 2")
    assert entry.facts["proposed_by"] == str(custodian.public_id)
    assert Entry.objects.filter(action="evidence_item.objects_removed").count() == 1


def test_nobody_approves_what_they_proposed(old, custodian):
    with pytest.raises(NotAllowed) as refused:
        approve(propose(old, custodian), custodian)
    assert refused.value.code == "own"
    assert not ObjectRemoval.objects.exists()


def test_two_tabs_of_the_second_custodian_dispose_once(old, custodian, second):
    made = propose(old, custodian)
    approve(made, second)
    with pytest.raises(WrongState):
        approve(made, second)
    with pytest.raises(WrongState):
        refuse_disposition(disposition=made, user=second, reason="No.")
    assert ObjectRemoval.objects.count() == 1


@pytest.mark.parametrize("role", [one for one in Role.values if one != Role.RECORDS_CUSTODIAN])
def test_other_roles_and_other_agencies_dispose_of_nothing(role, old, custodian):
    made = propose(old, custodian)
    for person in (staff(role, old.agency), staff(Role.RECORDS_CUSTODIAN)):
        with pytest.raises(NotAllowed):
            propose(old, person)
        with pytest.raises(NotAllowed):
            approve(made, person)


def test_before_its_time_nothing_goes(old, custodian):
    EvidenceItem.objects.update(received_at=timezone.now())
    with pytest.raises(WrongState) as refused:
        propose(old, custodian)
    assert refused.value.code == "early"


def asked_for(old, custodian):
    add_items(request=taken_request(custodian, old.agency), user=custodian, items=[old.public_id])


def packed(old, custodian):
    purpose_for_case(custodian, old)
    request_export(
        user=custodian,
        case=old.submission.case,
        items=[old.public_id],
        originals=True,
        working_copies=False,
        recipient="Defense",
        reason="Discovery.",
    )


@pytest.mark.parametrize(
    "keep",
    [
        packed,
        lambda old, custodian: place_hold(item=old, user=custodian, **WHY),
        lambda old, custodian: place_case_hold(case=old.submission.case, user=custodian, **WHY),
        asked_for,
        lambda old, custodian: EvidenceItem.objects.update(triage=Triage.SUBMITTED),
        lambda old, custodian: FootageRequest.objects.update(state=RequestState.OPEN),
    ],
)
def test_what_keeps_an_item_after_the_proposal_stops_the_approval(keep, old, custodian, second):
    made = propose(old, custodian)
    keep(old, custodian)
    with pytest.raises(WrongState) as refused:
        approve(made, second)
    assert refused.value.code == "kept"
    old.refresh_from_db()
    assert old.state == ItemState.SEALED


def test_a_hold_or_a_records_request_that_comes_later_is_refused(old, custodian, second):
    approve(propose(old, custodian), second)
    with pytest.raises(WrongState):
        place_hold(item=old, user=custodian, **WHY)
    with pytest.raises(WrongState):
        asked_for(old, custodian)


def test_what_was_disposed_of_leaves_in_no_package(old, custodian, second):
    approve(propose(old, custodian), second)
    with pytest.raises(InvalidInput):
        packed(old, custodian)


def test_a_refused_proposal_keeps_the_item_and_can_be_made_anew(old, custodian, second):
    made = propose(old, custodian)
    assert propose(old, custodian) == made
    refuse_disposition(disposition=made, user=custodian, reason="I was wrong.")
    assert propose(old, custodian) != made
    assert Disposition.objects.filter(state=DisposalState.REFUSED).count() == 1


def test_what_was_disposed_of_opens_to_nobody_and_is_no_failure_of_fixity(old, custodian, second):
    approve(propose(old, custodian), second)
    old.refresh_from_db()
    assert not can_play_item(custodian, old)
    assert not can_download_original(custodian, old)
    removal.remove_objects(pk=ObjectRemoval.objects.get().pk)
    assert check_fixity(actor=Actor.system("test")).total == 0


def test_the_giver_gets_one_letter_that_names_no_case(old, custodian, second):
    approve(propose(old, custodian), second)
    letter = Message.objects.get(kind="evidence.disposed")
    assert old.submission.code in letter.text
    assert old.submission.case.number not in letter.text


def test_the_kept_contact_of_the_giver_goes_with_the_last_item_and_not_before(old, custodian, second):
    other = received_item(b"other", sent_through=old.submission.invitation)
    EvidenceItem.objects.update(triage=Triage.ACCEPTED)
    rules = [Given(title="All", series="GS2, item 3", days=60)]
    publish_schedule(user=custodian, agency=old.agency, rules=rules, reason="Approved.", number=1)
    WitnessContact.objects.create(
        partner=old.submission.partner, contact="{}", keep_until=timezone.now() + timedelta(days=900)
    )
    approve(propose(old, custodian), second)
    assert erase_kept_contacts(actor=Actor.system("test")) == 0
    EvidenceItem.objects.filter(pk=other.pk).update(triage=Triage.RETURNED)
    assert erase_kept_contacts(actor=Actor.system("test")) == 1


def test_bytes_that_another_item_has_too_stay(old, custodian, second):
    twin = sealed_item(b"frames")
    approve(propose(old, custodian), second)
    assert removal.remove_objects(pk=ObjectRemoval.objects.get().pk)
    assert twin.digest == old.digest
    assert is_stored(twin)
    assert Entry.objects.get(action="evidence_item.objects_removed").facts["another_item_has_the_bytes"] is True


def test_an_upload_of_the_same_bytes_waits_while_a_removal_runs(old, custodian, second):
    approve(propose(old, custodian), second)
    ObjectRemoval.objects.update(
        lease_token="00000000-0000-0000-0000-000000000001", leased_until=timezone.now() + timedelta(minutes=1)
    )
    twin = received_item(b"frames")
    assert not sealing.hash_and_seal(item_pk=twin.pk)
    ObjectRemoval.objects.update(lease_token=None, leased_until=None)
    removal.remove_objects(pk=ObjectRemoval.objects.get().pk)
    EvidenceItem.objects.filter(pk=twin.pk).update(leased_until=None)
    assert sealing.hash_and_seal(item_pk=twin.pk)
    twin.refresh_from_db()
    assert is_stored(twin)


def test_a_store_that_is_away_postpones_the_removal_without_end(old, custodian, second, monkeypatch):
    approve(propose(old, custodian), second)
    waiting = ObjectRemoval.objects.get()

    def away(_store, _key):
        raise StoreUnavailable("The folder is not there.")

    with monkeypatch.context() as patched:
        patched.setattr(type(store()), "remove", away)
        for _ in range(5):
            assert not removal.remove_objects(pk=waiting.pk)
            ObjectRemoval.objects.update(leased_until=None)
    assert removal.remove_objects(pk=waiting.pk)
    assert not is_stored(old)
    assert removal.due_removals() == []


def test_an_approval_that_is_rolled_back_removes_nothing(old, custodian, second):
    made = propose(old, custodian)
    with transaction.atomic():
        approve(made, second)
        transaction.set_rollback(True)
    old.refresh_from_db()
    assert (old.state, ObjectRemoval.objects.count(), is_stored(old)) == (ItemState.SEALED, 0, True)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_at_any_step_leaves_what_the_next_one_finishes(old, custodian, second):
    approve(propose(old, custodian), second)
    pk = ObjectRemoval.objects.get().pk
    died = 0
    while die_at(died + 1, lambda: removal.remove_objects(pk=pk)):
        died += 1
        ObjectRemoval.objects.filter(done_at__isnull=True).update(leased_until=None)  # the lease ran out
        assert removal.due_removals() in ([pk], [])
        assert died < 200
    assert died > 5
    assert not is_stored(old)
    assert ObjectRemoval.objects.get().done_at is not None
    assert Entry.objects.filter(action="evidence_item.objects_removed").count() == 1
    assert not list(Path(str(store().root)).rglob(old.digest))
