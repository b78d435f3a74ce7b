"""A request that waits is taken back and changed; who decides reads what changed."""

from __future__ import annotations

import pytest

from apps.agencies.models import Role
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.footage_requests import services
from apps.footage_requests.models import Match
from apps.footage_requests.resubmission import differences
from apps.footage_requests.states import RequestKind, RequestState
from apps.notifications.models import Message
from tests.factories.actors import actor_for
from tests.factories.footage_requests import (
    BEYOND_LIMIT,
    CENTER,
    camera_at,
    circle,
    content,
    open_request,
    submitted,
    window,
)
from tests.factories.people import AgencyFactory, registrant, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory.create()


def by(user, request):
    return {"user": user, "request": request, "version": request.version, "actor": actor_for(user)}


def test_taken_back_changed_and_submitted_it_says_what_changed(agency):
    author = staff(Role.DETECTIVE, agency)
    request = submitted(author, agency)
    assert differences(request) == []
    request = services.recall_request(**by(author, request))
    assert request.state == RequestState.DRAFT
    changed = content(message="A person on a red bicycle.", area=circle(250))
    request = services.update_request(**by(author, request), **changed)
    request = services.submit_request(**by(author, request))
    told = {one.name: (one.before, one.now) for one in differences(request)}
    assert set(told) == {"Area", "Time", "Message to the owners"} - ({"Time"} if "Time" not in told else set())
    assert told["Message to the owners"] == ("A person in a red jacket.", "A person on a red bicycle.")


def test_the_next_submission_says_which_places_changed(agency):
    author = staff(Role.DETECTIVE, agency)
    first, second, third = ({**circle(200 + n, [CENTER[0] + n / 50, CENTER[1]]), "name": f"Spot {n}"} for n in range(3))
    request = submitted(author, agency, area={"type": "Several", "parts": [first, second, third]})

    def again(request, *parts):
        request = services.recall_request(**by(author, request))
        area = {"type": "Several", "parts": list(parts)}
        request = services.update_request(**by(author, request), **content(area=area))
        request = services.submit_request(**by(author, request))
        return request, {one.name: (one.before, one.now) for one in differences(request) if one.name != "Time"}

    request, told = again(request, first, third)
    assert list(told) == ["Place 2"], "the third only got another number"
    assert told["Place 2"][0].startswith("Spot 1: a circle with a radius of 659 feet")
    assert told["Place 2"][1] == "–"
    moved = {**third, "name": "The alley"}
    request, told = again(request, first, moved, second)
    assert list(told) == ["Place 2", "Place 3"]
    assert told["Place 2"] == (told["Place 2"][0], told["Place 2"][0].replace("Spot 2", "The alley"))
    assert told["Place 3"][0] == "–"
    request, told = again(request, first)
    assert list(told) == ["Place 1", "Place 2", "Place 3"], "one place alone has no name"


def test_only_its_author_takes_it_back_and_only_while_it_waits(agency):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency)
    with pytest.raises(NotAllowed):
        services.recall_request(**by(supervisor, request))
    opened = services.approve_request(**by(supervisor, request))
    with pytest.raises(WrongState):
        services.recall_request(**by(author, opened))


def test_beyond_a_limit_the_decision_gives_its_reason_and_names_its_rule(agency):
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency, area=circle(1500))
    for given in ({}, {"words": BEYOND_LIMIT["words"]}, {"rule": BEYOND_LIMIT["rule"]}):
        with pytest.raises(InvalidInput):
            services.approve_request(**by(supervisor, request), **given)
    request = services.approve_request(**by(supervisor, request), **BEYOND_LIMIT)
    assert request.policy_rule == BEYOND_LIMIT["rule"]


def test_several_times_are_one_request(agency):
    camera_at(registrant(agency)[1])
    first, second = window(hours_ago=30), window(hours_ago=6)
    times = [(second["window_start"], second["window_end"])]
    opened = open_request(agency, camera_at(registrant(agency)[1]), **first, more_windows=times)
    request = opened.request
    assert request.windows == [(first["window_start"], first["window_end"]), *times]
    assert (request.window_start, request.window_end) == (first["window_start"], second["window_end"])
    assert Match.objects.filter(request=request).count() == 2
    letter = Message.objects.filter(kind="footage_request.invitation").first()
    assert letter.words.text.count("From: ") == 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ([window(hours_ago=5.5)], "windows_overlap"),
        ([window(hours_ago=hours) for hours in range(10, 50, 10)], "windows_too_many"),
        ([window(hours_ago=hours) for hours in range(8, 408)], "windows_too_many"),
        ([window(hours_ago=-3)], "window_in_future"),
        ([window(hours_ago=60, hours=24)], "window_too_long"),
    ],
)
def test_times_that_no_request_may_have_are_refused(agency, more, code, settings):
    settings.REQUEST_WINDOW_MAX_HOURS = 24
    author = staff(Role.DETECTIVE, agency)
    times = [(one["window_start"], one["window_end"]) for one in more]
    with pytest.raises(InvalidInput) as refused:
        submitted(author, agency, **window(hours_ago=6), more_windows=times)
    assert set(refused.value.fields) & {"window_start", "window_end"}, code


def test_who_is_asked_to_keep_it_learns_of_camera_day_and_hours_alone(agency):
    camera_at(registrant(agency)[1])
    opened = open_request(agency, camera_at(registrant(agency)[1]), kind=RequestKind.PRESERVATION)
    request = opened.request
    assert (request.message, request.told_incident, request.told_message) == ("", "", "")
    for letter in Message.objects.filter(kind="footage_request.invitation"):
        written = f"{letter.subject} {letter.words.text} {letter.words.html}".lower()
        assert "burglary" not in written
        assert "jacket" not in written
        assert "keep a recording" in written
