"""An agency's own limits: requests of a case at a time, requests to a partner in 30 days, and limits made narrower."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.agencies.models import Agency, Role
from apps.cameras.matching import find_matches
from apps.core.errors import PortalError, TooMany, WrongState
from apps.footage_requests import services
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.states import Outcome, RequestState
from apps.geo import parse_area
from apps.ledger.models import Entry
from apps.partners.models import Contact
from tests.cameras.test_at_once import at_once
from tests.factories.actors import actor_for
from tests.factories.footage_requests import (
    BEYOND_LIMIT,
    camera_at,
    circle,
    content,
    draft,
    open_request,
    submitted,
    window,
)
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db
PAGE = "admin:footage_requests_footagerequest_"
AT_ONCE = pytest.mark.django_db(transaction=True)


def people(agency):
    return staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)


def submit(user, request):
    return services.submit_request(user=user, request=request, version=request.version, actor=actor_for(user))


def approve(user, request):
    return services.approve_request(
        user=user, request=request, version=request.version, actor=actor_for(user), **BEYOND_LIMIT
    )


def test_a_case_has_as_many_requests_that_wait_or_are_open_as_the_agency_allows():
    agency = AgencyFactory.create(requests_per_case=2)
    author, supervisor = people(agency)
    opened = approve(supervisor, submitted(author, agency))
    waiting, third = submitted(author, agency), draft(author, agency)
    with pytest.raises(TooMany, match="may have 2 requests that wait for a supervisor or are open") as refused:
        submit(author, third)
    assert refused.value.code == "case_full"
    third.refresh_from_db()
    assert (third.state, third.version) == (RequestState.DRAFT, 1)
    submitted(author, agency, case_number="26-000002")
    services.close_request(user=author, request=opened, outcome=Outcome.NOT_NEEDED, actor=actor_for(author))
    assert submit(author, third).state == RequestState.SUBMITTED
    assert approve(supervisor, waiting).state == RequestState.OPEN


def test_without_a_limit_a_case_has_any_number():
    agency = AgencyFactory.create()
    author, supervisor = people(agency)
    for _time in range(3):
        assert approve(supervisor, submitted(author, agency)).state == RequestState.OPEN


def test_a_limit_set_after_they_were_submitted_is_told_to_the_supervisor():
    agency = AgencyFactory.create()
    author, supervisor = people(agency)
    first, second = submitted(author, agency), submitted(author, agency)
    Agency.objects.update(requests_per_case=1)
    approve(supervisor, first)
    with pytest.raises(TooMany, match="may have 1 open request, and this case has it"):
        approve(supervisor, second)
    second.refresh_from_db()
    assert second.state == RequestState.SUBMITTED


@AT_ONCE
def test_two_supervisors_at_once_open_no_more_of_a_case_than_allowed():
    agency = AgencyFactory.create()
    author, supervisor = people(agency)
    requests = [submitted(author, agency) for _ in range(4)]
    Agency.objects.update(requests_per_case=2)
    colleagues = [supervisor, staff(Role.SUPERVISOR, agency)]
    acts = [lambda pair=pair: approve(*pair) for pair in zip(colleagues * 2, requests, strict=True)]
    answers = at_once(acts)
    assert sorted(type(one).__name__ for one in answers) == ["FootageRequest"] * 2 + ["TooMany"] * 2, answers
    assert FootageRequest.objects.filter(state=RequestState.OPEN).count() == 2


@AT_ONCE
def test_drafts_submitted_at_once_do_not_pass_the_limit_of_their_case():
    agency = AgencyFactory.create(requests_per_case=1)
    author, _supervisor = people(agency)
    drafts = [draft(author, agency) for _ in range(4)]
    answers = at_once([lambda one=one: submit(author, one) for one in drafts])
    assert sorted(type(one).__name__ for one in answers) == ["FootageRequest"] + ["TooMany"] * 3, answers
    assert Entry.objects.filter(action="request.submitted").count() == 1


@AT_ONCE
def test_moving_a_draft_to_a_full_case_and_submitting_it_at_once_does_not_pass_the_limit():
    agency = AgencyFactory.create(requests_per_case=1)
    author, _supervisor = people(agency)
    submitted(author, agency, case_number="26-FULL")
    one = draft(author, agency, case_number="26-EMPTY")
    moved = content(case_number="26-FULL")
    answers = at_once(
        [
            lambda: submit(author, one),
            lambda: services.update_request(user=author, request=one, version=1, actor=actor_for(author), **moved),
        ]
    )
    full = FootageRequest.objects.filter(case__number="26-FULL", state=RequestState.SUBMITTED)
    assert full.count() == 1
    assert sum(isinstance(answer, PortalError) for answer in answers) == 1, answers


def test_an_agency_asks_a_partner_as_often_as_it_allows_itself():
    agency, neighbor = AgencyFactory.create(contacts_per_partner=1), AgencyFactory.create()
    _user, partner = registrant(agency)
    camera = camera_at(partner)
    with time_machine.travel(timezone.now() - timedelta(days=31)):
        Contact.objects.create(partner=partner, agency=agency, reference=agency.public_id, made_at=timezone.now())
    Contact.objects.create(partner=partner, agency=neighbor, reference=neighbor.public_id, made_at=timezone.now())
    opened = open_request(agency, camera)
    assert [one.partner for one in opened.invitations] == [partner]
    assert find_matches(parse_area(circle()), agency=agency) == []
    again = open_request(agency, camera)
    assert again.request.state == RequestState.OPEN
    assert again.invitations == again.matches == []
    assert Contact.objects.filter(partner=partner, agency=agency).count() == 2


@AT_ONCE
def test_approvals_at_once_ask_nobody_more_often_than_the_agency_allows():
    agency = AgencyFactory.create(contacts_per_partner=1)
    camera_at(registrant(agency)[1])
    author, supervisor = people(agency)
    requests = [submitted(author, agency, case_number=f"26-{number}") for number in range(4)]
    answers = at_once([lambda one=one: approve(supervisor, one) for one in requests])
    assert {type(one) for one in answers} == {FootageRequest}, answers
    assert Invitation.objects.count() == Contact.objects.count() == 1


def test_the_estimate_does_not_tell_who_was_asked_of_late():
    agency = AgencyFactory.create(contacts_per_partner=1)
    cameras = [camera_at(registrant(agency)[1]) for _ in range(8)]
    author, _supervisor = people(agency)

    def counted():
        asked = {"area": circle(), **window()}
        return services.count_partners(user=author, agency=agency, actor=actor_for(author), **asked)

    before = counted()
    assert len(open_request(agency, *cameras).invitations) == 8
    after = counted()
    assert (after.estimate, after.per_partner) == (before.estimate, 1)


def test_author_and_supervisor_read_that_some_are_left_out(client):
    agency = AgencyFactory.create(contacts_per_partner=2)
    author, supervisor = people(agency)
    request = submitted(author, agency)
    sign_in(client, supervisor)
    page = client.get(reverse(f"{PAGE}change", args=[request.public_id])).content.decode()
    assert (
        "Your agency asks a partner at most 2 times in 30 days. Partners whom it has asked that often are left out."
        in page
    )


def test_the_pages_say_the_refusal_and_keep_the_draft(client):
    agency = AgencyFactory.create(requests_per_case=1)
    author, _supervisor = people(agency)
    submitted(author, agency)
    one = draft(author, agency)
    sign_in(client, author)
    url = reverse(f"{PAGE}submit", args=[one.public_id])
    page = client.post(url, {"version": one.version}, follow=True).content.decode()
    assert "Close what is done or take back what waits, then submit this one again." in page
    one.refresh_from_db()
    assert one.state == RequestState.DRAFT


@pytest.mark.parametrize(
    ("narrower", "sentence"),
    [
        ({"request_hours": 1}, "now covers at most 1 hour, and this one covers more. Return it"),
        ({"request_area_m2": 10_000}, "An area of more than 2.5 acres now needs a second thought"),
    ],
)
def test_limits_made_narrower_after_submission_are_told_to_the_supervisor(narrower, sentence):
    agency = AgencyFactory.create()
    author, supervisor = people(agency)
    request = submitted(author, agency, **window(hours=2))
    Agency.objects.update(**narrower)
    with pytest.raises(WrongState, match=sentence):
        approve(supervisor, request)
    request.refresh_from_db()
    assert (request.state, Invitation.objects.count()) == (RequestState.SUBMITTED, 0)


def test_a_wide_area_that_was_submitted_as_wide_is_still_the_supervisors_to_approve():
    agency = AgencyFactory.create(request_area_m2=20_000)
    author, supervisor = people(agency)
    request = submitted(author, agency)
    assert request.too_wide
    Agency.objects.update(request_area_m2=10_000)
    assert approve(supervisor, request).state == RequestState.OPEN
