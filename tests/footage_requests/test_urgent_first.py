"""Urgent requests go first and are judged afterwards; nobody but their author sends one, and no place shows before."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.utils import timezone

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, NotFound, PortalError, Stale, WrongState
from apps.footage_requests import policies, services
from apps.footage_requests.approved_reach import boxes_of_open_requests
from apps.footage_requests.models import FootageRequest, Invitation
from apps.footage_requests.states import RequestState, Review
from apps.ledger.models import Entry
from apps.notifications.models import Message
from apps.program import readings
from apps.program.readings import Asked
from tests.factories.actors import actor_for
from tests.factories.footage_requests import camera_at, circle, draft, submitted
from tests.factories.people import AgencyFactory, registrant, staff

pytestmark = pytest.mark.django_db
WHY = "A child has been missing since noon."


@pytest.fixture
def agency():
    agency = AgencyFactory.create()
    camera_at(registrant(agency)[1])
    return agency


def send(user, request, **changes):
    told = {"version": request.version, "reason": WHY} | changes
    return services.send_urgent(user=user, request=request, actor=actor_for(user), **told)


def review(user, request, verdict=Review.UPHELD, **changes):
    told = {"version": request.version, "words": "A child was in danger."} | changes
    return services.review_urgent(user=user, request=request, verdict=verdict, actor=actor_for(user), **told)


@pytest.mark.parametrize("begun", [draft, submitted])
def test_an_urgent_request_is_open_at_once_and_its_supervisors_learn_of_it(agency, begun):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = send(author, begun(author, agency, incident_type="missing_person"))
    assert (request.state, request.went_first, request.approved_at) == (RequestState.OPEN, True, None)
    assert Invitation.objects.count() == 1
    letters = Message.objects.filter(kind="footage_request.went_first")
    assert [one.recipient for one in letters] == [supervisor.email]
    assert Entry.objects.filter(action="request.sent_first").count() == 1


def test_places_stay_closed_until_a_supervisor_agreed(agency):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = send(author, draft(author, agency, incident_type="violence"))
    assert not policies.can_access_cameras(author, request)
    assert list(boxes_of_open_requests(request.case)) == []
    request = review(supervisor, request)
    assert (request.review, request.decided_by) == (Review.UPHELD, supervisor)
    assert policies.can_access_cameras(author, request)
    assert len(list(boxes_of_open_requests(request.case))) == 1


def test_a_refusal_ends_it_and_needs_words(agency):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = send(author, draft(author, agency, incident_type="violence"))
    with pytest.raises(InvalidInput):
        review(supervisor, request, Review.REFUSED, words="")
    request = review(supervisor, request, Review.REFUSED, words="Nobody was in danger any more.")
    assert (request.state, request.approved_at) == (RequestState.WITHDRAWN, None)
    assert not policies.can_access_cameras(author, request)
    with pytest.raises(WrongState):
        review(supervisor, request)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"incident_type": "burglary"}, WrongState),
        ({"incident_type": "violence", "area": circle(1500)}, WrongState),
        ({"incident_type": "violence", "reason_first": "Soon"}, InvalidInput),
        ({"incident_type": "violence", "version": 99}, Stale),
    ],
    ids=["not urgent", "too wide", "no reason", "stale"],
)
def test_what_is_not_urgent_or_not_narrow_waits_for_a_supervisor(agency, changes, refusal):
    author = staff(Role.DETECTIVE, agency)
    more = {"reason": changes.pop("reason_first", WHY)}
    if "version" in changes:
        more["version"] = changes.pop("version")
    request = draft(author, agency, **changes)
    with pytest.raises(refusal):
        send(author, request, **more)
    assert not Invitation.objects.exists()
    assert FootageRequest.objects.get().state == RequestState.DRAFT


def test_once_given_back_it_does_not_go_first(agency):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency, incident_type="violence")
    request = services.return_request(
        user=supervisor, request=request, version=request.version, reason="Too early.", actor=actor_for(supervisor)
    )
    with pytest.raises(WrongState):
        send(author, request)
    request = services.submit_request(user=author, request=request, version=request.version, actor=actor_for(author))
    with pytest.raises(WrongState):
        send(author, request)


def test_a_portal_can_switch_it_off(agency, settings: LazySettings):
    settings.URGENT_GOES_FIRST = False
    author = staff(Role.DETECTIVE, agency)
    with pytest.raises(WrongState):
        send(author, draft(author, agency, incident_type="violence"))


def test_nobody_else_sends_it_and_its_author_does_not_review_it(agency):
    author, supervisor = staff(Role.SUPERVISOR, agency), staff(Role.SUPERVISOR, agency)
    stranger = staff(Role.SUPERVISOR, AgencyFactory.create())
    request = draft(author, agency, incident_type="violence")
    for other in (supervisor, stranger):
        with pytest.raises((NotFound, NotAllowed)):
            send(other, request)
    request = send(author, request)
    with pytest.raises(NotAllowed):
        review(author, request)
    with pytest.raises(PortalError):
        review(stranger, request)
    assert not FootageRequest.objects.get().review


def test_how_many_went_first_and_were_upheld_is_counted(agency):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    for verdict in (Review.UPHELD, Review.REFUSED, ""):
        request = send(author, draft(author, agency, incident_type="violence"))
        if verdict:
            review(supervisor, request, verdict)
    asked = Asked(agency, timezone.now())
    assert readings.went_first(asked)[0].value == 3
    assert (readings.first_upheld(asked)[0].value, readings.first_upheld(asked)[0].base) == (50, 2)
