"""Requests to a partner, by API."""

import uuid

import pytest

from apps.footage_requests import services
from apps.footage_requests.models import Response
from apps.footage_requests.states import Answer
from apps.partners.models import MemberRole, Membership
from tests.factories.actors import actor_for
from tests.factories.api_clients import by_token, send
from tests.factories.footage_requests import camera_at, open_request
from tests.factories.people import AgencyFactory, UserFactory, registrant

pytestmark = pytest.mark.django_db

INVITATIONS = "/api/v1/invitations/"


@pytest.fixture
def asked():
    agency = AgencyFactory.create()
    user, partner = registrant(agency)
    opened = open_request(agency, camera_at(partner, name="Door"), camera_at(partner, name="Yard"))
    return opened, user, partner


def address(opened, rest=""):
    return f"{INVITATIONS}{opened.invitation.public_id}/{rest}"


def body(opened, *answers, **more):
    given = [{"match": str(match.public_id), **answer} for match, answer in zip(opened.matches, answers, strict=False)]
    return {"answers": given, **more}


def test_a_partner_reads_what_was_asked_and_nothing_of_the_case(asked):
    opened, user, _partner = asked
    answer = by_token(user).get(address(opened))
    found = answer.json()
    assert found["code"] == opened.request.code
    assert found["accepts_answers"] is True
    assert [match["camera_name"] for match in found["matches"]] == ["Door", "Yard"]
    assert opened.request.case.number not in answer.content.decode()
    assert opened.request.reason not in answer.content.decode()


def test_answers_are_recorded_for_each_camera(asked):
    opened, user, _partner = asked
    client = by_token(user)
    given = body(
        opened,
        {"answer": "has_footage", "note": "Red jacket at 7."},
        {"answer": "unavailable", "unavailable_reason": "overwritten"},
    )
    answer = send(client, "post", address(opened, "answers/"), given)
    assert answer.status_code == 200, answer.content
    assert [one["answer"] for one in answer.json()] == ["has_footage", "unavailable"]
    read = client.get(address(opened)).json()["matches"]
    assert [match["answer"] for match in read] == ["has_footage", "unavailable"]


def test_a_repeated_call_answers_once(asked):
    opened, user, _partner = asked
    client = by_token(user)
    given = body(opened, {"answer": "none"}, request_key=str(uuid.uuid4()))
    first, second = (send(client, "post", address(opened, "answers/"), given).json() for _ in range(2))
    assert first == second
    assert Response.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"answers": []},
        {"answers": "all"},
        {},
        {"answers": [{"answer": "none"}]},
        {"answers": [{"match": "x", "answer": "none"}]},
    ],
)
def test_answers_without_shape_are_refused(asked, wrong):
    opened, user, _partner = asked
    answer = send(by_token(user), "post", address(opened, "answers/"), wrong)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert not Response.objects.exists()


def test_answers_that_contradict_themselves_are_refused(asked):
    opened, user, _partner = asked
    client = by_token(user)
    twice = {"answers": [{"match": str(opened.match.public_id), "answer": word} for word in ("none", "declined")]}
    for given, status in (
        (twice, 400),
        (body(opened, {"answer": "perhaps"}), 400),
        (body(opened, {"answer": "unavailable"}), 422),
        (body(opened, {"answer": "none", "note": "x" * 501}), 422),
    ):
        assert send(client, "post", address(opened, "answers/"), given).status_code == status
    assert not Response.objects.exists()


def test_a_match_of_somebody_else_is_not_found(asked):
    opened, user, _partner = asked
    foreign = open_request()
    answer = send(by_token(user), "post", address(opened, "answers/"), body(foreign, {"answer": "none"}))
    assert answer.status_code == 404


def test_an_ended_request_takes_no_answer(asked):
    opened, user, _partner = asked
    services.withdraw_request(
        user=opened.author,
        request=opened.request,
        reason="Solved in the meantime.",
        actor=actor_for(opened.author),
    )
    client = by_token(user)
    answer = send(client, "post", address(opened, "answers/"), body(opened, {"answer": "none"}))
    assert (answer.status_code, answer.json()["code"]) == (409, "ended")
    assert client.get(address(opened)).json()["accepts_answers"] is False


@pytest.mark.parametrize(
    ("role", "status"), [(MemberRole.OWNER, 200), (MemberRole.MANAGER, 200), (MemberRole.RESPONDER, 200), (None, 404)]
)
def test_everybody_who_acts_for_the_partner_answers_and_nobody_else(asked, role, status):
    opened, _user, partner = asked
    user = UserFactory.create()
    if role:
        Membership.objects.create(partner=partner, user=user, role=role)
    client = by_token(user)
    assert client.get(address(opened)).status_code == status
    answer = send(client, "post", address(opened, "answers/"), body(opened, {"answer": Answer.DECLINED}))
    assert answer.status_code == status
    assert client.get(INVITATIONS).json()["count"] == (1 if role else 0)


def test_a_list_asks_the_database_as_often_for_many_as_for_one(asked, django_assert_max_num_queries):
    opened, user, partner = asked
    for _ in range(3):
        open_request(opened.agency, camera_at(partner))
    client = by_token(user)
    with django_assert_max_num_queries(6):
        assert client.get(INVITATIONS).json()["count"] == 4
