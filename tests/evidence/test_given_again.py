"""“I already sent this”: one file serves two requests, with the giver's yes, and every rule goes with it."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from apps.access.models import AccessKind, PurposeKind
from apps.access.services import open_purpose
from apps.agencies.models import Role
from apps.disclosure.export_selectors import items_to_offer
from apps.evidence import selectors
from apps.evidence.board import given_through, items_of_request
from apps.evidence.models import EvidenceItem, GivenAgain
from apps.evidence.presentation import custody_of
from apps.evidence.services.giving_again import candidates_for, give_again
from apps.evidence.services.holds import only_held, place_case_hold
from apps.evidence.states import Triage
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.footage_requests.selectors import asked_matches
from apps.footage_requests.services import AnswerGiven, answer_matches
from apps.footage_requests.states import MatchState
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.partners.models import Membership
from apps.retention.obstacles import obstacles_of
from apps.uploads.models import Upload
from tests.factories.evidence import invitation
from tests.factories.items import sealed_item
from tests.factories.people import CaseFactory, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db


def second_request(first: Invitation, **changes) -> Invitation:
    """Another request of the same agency to the same partner for the same camera, about another case."""
    asked = FootageRequest.objects.get(pk=first.request_id)
    asked.pk = asked.id = None
    asked._state.adding = True
    asked.public_id = uuid.uuid4()
    asked.code = f"S{first.request.code}"[:12]
    asked.request_key = None
    asked.case = CaseFactory.create(agency=asked.agency)
    for name, value in changes.items():
        setattr(asked, name, value)
    asked.save()
    made = Invitation.objects.create(request=asked, partner=first.partner, state=first.state, sent_at=timezone.now())
    Match.objects.create(
        request=asked,
        camera=first.matches.get().camera,
        invitation=made,
        state=MatchState.INVITED,
        overwrite_deadline=timezone.now(),
    )
    return made


@pytest.fixture
def given():
    first = invitation()
    item = sealed_item(b"a film", sent_through=first)
    return first, second_request(first), item


def say_yes(second: Invitation, item: EvidenceItem) -> GivenAgain:
    match = second.matches.get()
    actor = Actor.invitation(second.public_id)
    answer_matches(invitation=second, answers={match.public_id: AnswerGiven("has_footage")}, actor=actor)
    return give_again(invitation=second, match=match, item=item, actor=actor)


def test_it_is_offered_linked_once_and_no_byte_is_copied(client, given):
    first, second, item = given
    sign_in(client, Membership.objects.get(partner=first.partner).user)
    page = client.get(reverse("footage_requests:invitation", args=[second.public_id])).content.decode()
    assert "I already sent this" in page
    address = reverse("evidence:given_before", args=[second.public_id])
    assert item.filename in client.get(address).content.decode()
    answer = client.post(address, {"item": str(item.public_id)})
    assert answer.url == reverse("footage_requests:thanks", args=[second.public_id])
    assert client.post(address, {"item": str(item.public_id)}).url == address
    assert GivenAgain.objects.get().item == item
    assert (EvidenceItem.objects.count(), Upload.objects.count()) == (1, 1)
    entry = Entry.objects.get(action="evidence_item.given_again")
    assert (entry.subject_id, entry.facts["request"]) == (str(item.public_id), second.request.code)
    assert second.matches.get().answer == "has_footage"
    assert any(second.request.code in line.act for line in custody_of(item))
    assert given_through(second).total == 1
    assert [one.public_id for one in items_of_request(second.request)] == [item.public_id]


def test_saying_it_again_finds_the_first_and_the_database_says_the_same(given):
    _first, second, item = given
    again = say_yes(second, item)
    assert say_yes(second, item) == again
    assert Entry.objects.filter(action="evidence_item.given_again").count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        GivenAgain.objects.create(item=item, match=second.matches.get())


@pytest.mark.parametrize("why", ["another time", "returned", "another camera", "preservation"])
def test_what_does_not_fit_is_not_offered(client, given, why):
    first, second, item = given
    if why == "another time":
        day = timedelta(days=2)
        FootageRequest.objects.filter(pk=second.request_id).update(
            window_start=second.request.window_start - day, window_end=second.request.window_end - day
        )
    elif why == "returned":
        EvidenceItem.objects.update(triage=Triage.RETURNED)
    elif why == "another camera":
        EvidenceItem.objects.update(match=None)
    else:
        FootageRequest.objects.filter(pk=second.request_id).update(kind="preservation")
    owner = Membership.objects.get(partner=first.partner).user
    second = Invitation.objects.select_related("request").get(pk=second.pk)
    sign_in(client, owner)
    page = client.get(reverse("footage_requests:invitation", args=[second.public_id])).content.decode()
    assert "I already sent this" not in page
    if why != "preservation":
        assert candidates_for(asked_matches(second, owner)) == []


def test_an_other_partners_file_is_never_offered(given):
    _first, second, _item = given
    stranger = sealed_item(b"another film", sent_through=invitation())
    with pytest.raises(Exception, match="does not show this camera"):
        say_yes(second, stranger)
    assert not GivenAgain.objects.exists()


def test_a_purpose_for_the_second_case_opens_it(given):
    _first, second, item = given
    detective = staff(Role.DETECTIVE, second.request.agency)
    purpose = open_purpose(
        user=detective,
        kind=PurposeKind.CASE,
        access=AccessKind.FOOTAGE,
        agency=second.request.agency,
        case_number=second.request.case.number,
        reason="The video of the second case.",
    )
    assert not selectors.purpose_opens(purpose, item, detective)
    say_yes(second, item)
    assert selectors.purpose_opens(purpose, item, detective)
    assert selectors.purpose_for(detective, item) == purpose


def test_a_hold_on_the_second_case_an_open_second_request_and_its_packages(given):
    _first, second, item = given
    custodian = staff(Role.RECORDS_CUSTODIAN, second.request.agency)
    assert not items_to_offer(custodian, second.request.case).exists()
    say_yes(second, item)
    assert list(items_to_offer(custodian, second.request.case)) == [item]
    FootageRequest.objects.exclude(pk=second.request_id).update(state="closed")
    assert "request_open" in obstacles_of([item])[item.pk]
    place_case_hold(
        case=second.request.case, user=custodian, authority="court_order", ordered_by="Circuit Court", reason="A trial."
    )
    assert only_held(EvidenceItem.objects.all()).get() == item


def test_a_restricted_file_stays_hidden_on_the_second_board(given):
    _first, second, item = given
    say_yes(second, item)
    EvidenceItem.objects.update(restricted_at=timezone.now())
    assert items_of_request(second.request) == []


def test_the_list_of_cases_counts_it_for_both_and_for_no_other(client, given):
    first, second, item = given
    other = CaseFactory.create(agency=first.request.agency)
    say_yes(second, item)
    sign_in(client, staff(Role.SUPERVISOR, first.request.agency))
    listed = client.get(reverse("admin:agencies_case_changelist")).context["cl"].queryset
    counted = dict(listed.values_list("pk", "came"))
    assert counted == {first.request.case_id: 1, second.request.case_id: 1, other.pk: 0}
