"""Places for a case without a request: somebody asks, another supervisor decides, both are recorded and told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.access.models import AccessKind, PlacesRequest, PurposeKind
from apps.access.policies import can_view_places_request, viewable_places_requests
from apps.access.selectors import get_places_request_for, may_access
from apps.access.services import agree_to_places, ask_for_places, open_purpose, refuse_places
from apps.access.services.asking import ASKS_WAITING
from apps.access.states import AskState
from apps.access.tasks import expire_places_requests
from apps.agencies.models import Case, Role, RoleGrant
from apps.core.errors import InvalidInput, NotAllowed, NotFound, TooMany, WrongState
from apps.ledger.models import Entry
from apps.notifications.models import Message
from tests.factories.access import asked_for_places, map_purpose
from tests.factories.footage_requests import open_request
from tests.factories.people import AgencyFactory, registrant, staff

pytestmark = pytest.mark.django_db

NUMBER = "26-000815"


def of_map(user, agency, number=NUMBER):
    return open_purpose(
        user=user,
        agency=agency,
        kind=PurposeKind.CASE,
        access=AccessKind.PARTNER_MAP,
        reason="Who saw the van",
        case_number=number,
    )


def mails_to(user):
    return [one.kind for one in Message.objects.order_by("pk") if one.recipient == user.email]


def test_a_case_that_nobody_approved_anything_for_opens_no_map_and_leaves_no_case(agency):
    with pytest.raises(NotAllowed) as refused:
        of_map(staff(Role.DETECTIVE, agency), agency)
    assert refused.value.code == "not_approved"
    assert not Case.objects.exists()


def test_who_asks_sees_places_once_another_supervisor_agreed_and_nobody_else_does(agency):
    detective, colleague, supervisor = (
        staff(role, agency) for role in (Role.DETECTIVE, Role.DETECTIVE, Role.SUPERVISOR)
    )
    asked = asked_for_places(detective, agency, NUMBER)
    assert mails_to(supervisor) == ["places.asked"]
    with pytest.raises(NotAllowed):
        of_map(detective, agency)
    agree_to_places(user=supervisor, asked=asked)
    assert mails_to(detective) == ["places.decided"]
    assert may_access(detective, AccessKind.PARTNER_MAP, purpose=of_map(detective, agency))
    with pytest.raises(NotAllowed):
        of_map(colleague, agency)
    assert [one.action for one in Entry.objects.filter(subject_kind="places_request").order_by("pk")] == [
        "places.asked",
        "places.agreed",
    ]


def test_neither_mail_names_the_case_or_the_reason(agency):
    supervisor, detective = staff(Role.SUPERVISOR, agency), staff(Role.DETECTIVE, agency)
    agree_to_places(user=supervisor, asked=asked_for_places(detective, agency, NUMBER))
    texts = [f"{one.subject} {one.words.text}" for one in Message.objects.all()]
    assert len(texts) == 2
    assert not [text for text in texts if NUMBER in text or "suspect" in text]


def test_asking_again_finds_the_same_request(agency):
    detective = staff(Role.DETECTIVE, agency)
    assert asked_for_places(detective, agency) == asked_for_places(detective, agency)


def test_case_after_case_fills_no_supervisors_mailbox(agency):
    """Each request mails every supervisor, so few of one person may wait at a time."""
    staff(Role.SUPERVISOR, agency)
    person = staff(Role.DETECTIVE, agency)
    for number in range(ASKS_WAITING):
        asked_for_places(person, agency, f"26-{number}")
    with pytest.raises(TooMany):
        asked_for_places(person, agency, "26-99")
    assert asked_for_places(person, agency, "26-0").pk
    assert Message.objects.filter(kind="places.asked").count() == ASKS_WAITING
    assert Case.objects.count() == ASKS_WAITING


def test_nobody_agrees_to_what_they_asked(agency):
    user = staff(Role.SUPERVISOR, agency)
    RoleGrant.objects.create(user=user, agency=agency, role=Role.DETECTIVE)
    asked = asked_for_places(user, agency)
    with pytest.raises(NotAllowed):
        agree_to_places(user=user, asked=asked)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlacesRequest.objects.filter(pk=asked.pk).update(decided_by=user)


@pytest.mark.parametrize("role", sorted(set(Role.values) - {Role.SUPERVISOR}))
def test_only_a_supervisor_of_the_agency_decides(agency, role):
    asked = asked_for_places(staff(Role.DETECTIVE, agency), agency)
    for user in (staff(role, agency), staff(Role.SUPERVISOR)):
        with pytest.raises((NotAllowed, NotFound)):
            agree_to_places(user=user, asked=asked)
        with pytest.raises((NotAllowed, NotFound)):
            refuse_places(user=user, asked=asked, reason="Not needed here")


def test_a_refusal_has_a_reason_and_opens_nothing(agency):
    detective, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    asked = asked_for_places(detective, agency, NUMBER)
    with pytest.raises(InvalidInput):
        refuse_places(user=supervisor, asked=asked, reason="no")
    refuse_places(user=supervisor, asked=asked, reason="Ask the owners for footage.")
    with pytest.raises(WrongState):
        agree_to_places(user=supervisor, asked=asked)
    with pytest.raises(NotAllowed):
        of_map(detective, agency)


def test_what_nobody_decided_in_time_expires_and_the_person_is_told(agency):
    detective = staff(Role.DETECTIVE, agency)
    asked = asked_for_places(detective, agency)
    PlacesRequest.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(WrongState):
        agree_to_places(user=staff(Role.SUPERVISOR, agency), asked=asked)
    assert expire_places_requests() == 1
    assert expire_places_requests() == 0
    asked.refresh_from_db()
    assert asked.state == AskState.EXPIRED
    assert mails_to(detective) == ["places.decided"]


def test_what_was_agreed_ends_by_itself_and_closes_the_map(agency):
    detective = staff(Role.DETECTIVE, agency)
    purpose = map_purpose(detective, agency, PurposeKind.CASE)
    assert may_access(detective, AccessKind.PARTNER_MAP, purpose=purpose)
    PlacesRequest.objects.update(ends_at=timezone.now())
    assert not may_access(detective, AccessKind.PARTNER_MAP, purpose=purpose)


def test_an_approved_request_opens_the_map_for_its_case_as_long_as_it_is_open(agency):
    opened = open_request(agency)
    number = opened.request.case.number
    purpose = of_map(opened.author, agency, number)
    assert of_map(staff(Role.ANALYST, agency), agency, number)
    type(opened.request).objects.update(state="withdrawn")
    assert not may_access(opened.author, AccessKind.PARTNER_MAP, purpose=purpose)
    with pytest.raises(NotAllowed):
        of_map(opened.author, agency, number)


def test_an_open_request_of_another_agency_with_the_same_number_opens_nothing(agency):
    opened = open_request(AgencyFactory.create())
    with pytest.raises(NotAllowed):
        of_map(staff(Role.DETECTIVE, agency), agency, opened.request.case.number)


def test_one_and_many_agree_on_who_sees_a_request(agency):
    author = staff(Role.DETECTIVE, agency)
    asked = asked_for_places(author, agency)
    people = [author, registrant()[0], staff(Role.SUPERVISOR), *(staff(role, agency) for role in Role.values)]
    seen = [can_view_places_request(user, asked) for user in people]
    assert seen == [viewable_places_requests(user).filter(pk=asked.pk).exists() for user in people]
    expected = {Role.SUPERVISOR, Role.AUDITOR}
    assert seen == [True, False, False, *(role in expected for role in Role.values)]
    with pytest.raises(NotFound):
        get_places_request_for(people[1], asked.public_id)


@pytest.mark.parametrize("role", [Role.PROGRAM_MANAGER, Role.AUDITOR, Role.RECORDS_CUSTODIAN])
def test_who_sees_no_places_for_a_case_cannot_ask(agency, role):
    with pytest.raises(NotAllowed):
        ask_for_places(user=staff(role, agency), agency=agency, case_number=NUMBER, reason="Who saw the van")
