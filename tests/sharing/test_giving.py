"""Giving, revoking and extending a grant: who may, what the agreement covers, and when it is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.agencies.days import today_in
from apps.agencies.models import Role, RoleGrant
from apps.agreements.models import Agreement
from apps.core.errors import InvalidInput, NotAllowed, NotFound, WrongState
from apps.evidence.models import EvidenceItem
from apps.evidence.presentation import custody_of
from apps.evidence.states import ItemState, Triage
from apps.ledger.models import Entry
from apps.partners.models import PartnerKind
from apps.retention.obstacles import obstacles_of
from apps.sharing import policies
from apps.sharing.models import Grant, GrantItem
from apps.sharing.selectors import due_folders, open_items, what_was_shared
from apps.sharing.services import add_later_items, extend_grant, revoke_grant
from tests.factories.agreements import agreement_of
from tests.factories.at_once import at_once
from tests.factories.items import sealed_item
from tests.factories.people import AgencyFactory, staff
from tests.factories.sharing import (
    VIDEOS,
    accepted_item,
    end_now,
    grant_of,
    over_by_a_second,
    reader_of,
    video_agreement,
)

pytestmark = pytest.mark.django_db
RESTRICTED = {"restricted_at": datetime(2026, 1, 1, tzinfo=UTC)}


@pytest.fixture
def item() -> EvidenceItem:
    return accepted_item()


def test_giving_is_an_act_on_the_grant_and_on_each_item(item):
    grant = grant_of(item)
    given = Entry.objects.get(action="grant.given")
    assert given.facts["agreement"] == str(grant.agreement.public_id)
    assert given.private == {"reason": "The same series of burglaries.", "recipient": "", "address": ""}
    assert Entry.objects.get(action="evidence_item.shared").subject.public_id == str(item.public_id)
    assert grant.agreement.to_agency.short_name in [line.act for line in custody_of(item)][-1]


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.RECORDS_CUSTODIAN}))
def test_nobody_but_a_custodian_gives(item, role):
    with pytest.raises(NotAllowed):
        grant_of(item, user=staff(role, item.agency))


def test_a_custodian_of_another_agency_does_not_give(item):
    with pytest.raises(NotAllowed):
        grant_of(item, user=staff(Role.RECORDS_CUSTODIAN))


def test_who_made_the_agreement_does_not_give_under_it(item):
    both = staff(Role.PROGRAM_MANAGER, item.agency)
    agreement = video_agreement(item.agency, user=both)
    RoleGrant.objects.create(user=both, agency=item.agency, role=Role.RECORDS_CUSTODIAN)
    with pytest.raises(NotAllowed) as refused:
        grant_of(item, agreement=agreement, user=both)
    assert refused.value.code == "own"


@pytest.mark.parametrize(
    ("shares", "fits"),
    [
        ([("video", "resident"), ("incident", "any")], True),
        ([("video", "resident"), ("incident", "burglary")], True),
        ([("video", "resident"), ("incident", "crash")], False),
        ([("video", "business"), ("incident", "any")], False),
    ],
)
def test_an_agreement_covers_a_class_of_items_and_a_kind_of_incident(item, shares, fits):
    assert item.submission.partner.kind == PartnerKind.RESIDENT
    assert item.submission.invitation.request.incident_type == "burglary"
    agreement = video_agreement(item.agency, None, *shares)
    if fits:
        assert open_items(grant_of(item, agreement=agreement)).get() == item
    else:
        with pytest.raises(InvalidInput) as refused:
            grant_of(item, agreement=agreement)
        assert "items" in refused.value.fields


def test_videos_without_a_kind_of_incident_are_no_agreement(item):
    with pytest.raises(InvalidInput):
        agreement_of(item.agency, AgencyFactory.create(), *VIDEOS)


def test_what_nobody_accepted_is_not_given(item):
    other = sealed_item(b"another", sent_through=item.submission.invitation)
    with pytest.raises(InvalidInput):
        grant_of(other)


def test_it_does_not_outlast_its_agreement(item):
    with pytest.raises(InvalidInput) as refused:
        grant_of(item, last_day=today_in(item.agency) + timedelta(days=30))
    assert "last_day" in refused.value.fields


def test_an_agreement_of_another_agency_gives_nothing(item):
    with pytest.raises(InvalidInput):
        grant_of(item, agreement=video_agreement(AgencyFactory.create()))


def test_the_same_form_twice_gives_once(item):
    said = {"request_key": uuid4(), "agreement": video_agreement(item.agency)}
    assert grant_of(item, **said) == grant_of(item, **said)
    assert GrantItem.objects.count() == 1


# Ending


def test_a_second_after_its_agreement_it_gives_nothing(item):
    grant = grant_of(item)
    reader = reader_of(grant)
    assert open_items(grant).exists()
    assert policies.can_view_grant(reader, grant)
    over_by_a_second(grant.agreement)
    assert not open_items(grant).exists()
    assert not policies.can_view_grant(reader, grant)


def test_at_the_instant_of_its_end_it_is_over(item):
    grant = grant_of(item)
    assert open_items(grant, grant.ends_at - timedelta(microseconds=1)).exists()
    assert not open_items(grant, grant.ends_at).exists()


def test_an_agreement_that_is_ended_early_ends_it(item):
    grant = grant_of(item)
    end_now(grant.agreement)
    assert not open_items(grant).exists()
    grant = Grant.objects.get(pk=grant.pk)
    assert grant.is_over
    with pytest.raises(WrongState):
        extend_grant(grant=grant, user=staff(Role.RECORDS_CUSTODIAN, item.agency), last_day=today_in(item.agency))


@pytest.mark.parametrize("role", [Role.RECORDS_CUSTODIAN, Role.SUPERVISOR])
def test_revoking_ends_it_at_once(item, role):
    grant = grant_of(item)
    revoke_grant(grant=grant, user=staff(role, item.agency), reason="The case was closed.")
    assert not open_items(grant).exists()
    assert Entry.objects.get(action="grant.revoked").private == {"reason": "The case was closed."}


def test_others_do_not_revoke(item):
    grant = grant_of(item)
    with pytest.raises(NotAllowed):
        revoke_grant(grant=grant, user=staff(Role.DETECTIVE, item.agency), reason="No.")
    with pytest.raises(NotFound):
        revoke_grant(grant=grant, user=reader_of(grant), reason="No.")


@pytest.mark.django_db(transaction=True)
def test_of_two_revocations_at_once_one_ends_it(item):
    grant = grant_of(item)
    people = [staff(Role.RECORDS_CUSTODIAN, item.agency), staff(Role.SUPERVISOR, item.agency)]
    outcomes = at_once(2, lambda n: revoke_grant(grant=grant, user=people[n], reason="Over."))
    assert sorted(type(one).__name__ for one in outcomes) == ["Grant", "WrongState"]
    assert Entry.objects.filter(action="grant.revoked").count() == 1


def test_it_can_be_given_longer_also_after_its_end(item):
    custodian = staff(Role.RECORDS_CUSTODIAN, item.agency)
    grant = grant_of(item)
    Grant.objects.filter(pk=grant.pk).update(ends_at=timezone.now() - timedelta(hours=1))
    day = today_in(item.agency) + timedelta(days=2)
    extend_grant(grant=grant, user=custodian, last_day=day)
    assert open_items(grant).exists()
    with pytest.raises(WrongState):
        extend_grant(grant=grant, user=custodian, last_day=day)
    with pytest.raises(InvalidInput):
        extend_grant(grant=grant, user=custodian, last_day=day + timedelta(days=60))


# What it gives while it holds


@pytest.mark.parametrize(
    "change", [{"state": ItemState.QUARANTINED}, {"state": ItemState.DISPOSED}, {"triage": Triage.RETURNED}, RESTRICTED]
)
def test_an_item_that_may_not_be_opened_is_not_given_any_more(item, change):
    grant = grant_of(item)
    EvidenceItem.objects.filter(pk=item.pk).update(**change)
    assert not open_items(grant).exists()


def test_a_live_folder_takes_what_is_accepted_later_once(item):
    grant = grant_of(item, later_items=True)
    assert due_folders() == []
    later = accepted_item(b"later", sent_through=item.submission.invitation)
    assert due_folders() == [grant.pk]
    assert add_later_items(grant_pk=grant.pk) == 1
    assert add_later_items(grant_pk=grant.pk) == 0
    assert set(open_items(grant)) == {item, later}
    assert Entry.objects.filter(action="evidence_item.shared", actor_kind="system").count() == 1


def test_a_grant_of_items_takes_nothing_later(item):
    grant = grant_of(item)
    accepted_item(b"later", sent_through=item.submission.invitation)
    assert due_folders() == []
    assert add_later_items(grant_pk=grant.pk) == 0


def test_a_folder_that_is_over_takes_nothing(item):
    grant = grant_of(item, later_items=True)
    accepted_item(b"later", sent_through=item.submission.invitation)
    over_by_a_second(grant.agreement)
    assert due_folders() == []
    assert add_later_items(grant_pk=grant.pk) == 0


def test_a_folder_takes_only_what_its_agreement_covers(item):
    shares = [("video", "resident"), ("incident", "burglary")]
    grant = grant_of(item, later_items=True, agreement=video_agreement(item.agency, None, *shares))
    other = accepted_item(b"later", sent_through=item.submission.invitation)
    type(other.submission.partner).objects.filter(pk=other.submission.partner_id).update(kind=PartnerKind.BUSINESS)
    assert add_later_items(grant_pk=grant.pk) == 0


# Others ask


def test_a_shared_item_is_not_disposed_of_while_it_is_shared(item):
    grant = grant_of(item)
    assert "shared" in obstacles_of([item])[item.pk]
    over_by_a_second(grant.agreement)
    assert "shared" not in obstacles_of([item])[item.pk]


def test_the_owner_reads_with_whom_and_on_what_ground(item):
    grant = grant_of(item)
    (shared,) = what_was_shared(item)
    assert shared.recipient == grant.agreement.to_agency.name
    assert grant.agreement.title in shared.ground
    assert (shared.is_over, shared.until) == (False, grant.ends_at)
    revoke_grant(grant=grant, user=staff(Role.SUPERVISOR, item.agency), reason="Over.")
    (shared,) = what_was_shared(item)
    assert shared.is_over


def test_the_database_keeps_originals_from_being_watched_only(item):
    grant = grant_of(item)
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=grant.pk).update(originals=True)


def test_an_agreement_has_one_recipient(item):
    agreement = video_agreement(item.agency)
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(to_office="State Attorney")
