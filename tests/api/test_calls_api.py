"""Dispatch reports calls with a key of its agency, and that key opens nothing else."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.keys import issue_agency_key, keys_of_agency, revoke_agency_key
from apps.agencies.models import Agency, Role
from apps.agencies.policies import agencies_of
from apps.calls.models import Call
from apps.core.errors import NotAllowed, NotFound
from apps.ledger.models import Entry
from tests.factories.api_clients import by_token, send
from tests.factories.people import AgencyFactory, registrant, staff

pytestmark = pytest.mark.django_db

CALLS = "/api/v1/calls/"


@pytest.fixture
def manager() -> User:
    cache.clear()
    return staff(Role.PROGRAM_MANAGER, AgencyFactory.create())


def agency_of(user: User) -> Agency:
    return agencies_of(user).get()


def dispatch(manager: User) -> Client:
    _key, secret = issue_agency_key(user=manager, agency=agency_of(manager), name="CAD", days=90)
    return Client(headers={"Authorization": f"Token {secret}"})


def report(**said: object) -> dict[str, object]:
    usual = {"number": "P26-1", "nature": "Robbery", "received_at": timezone.now().isoformat()}
    return usual | said


def test_a_report_becomes_a_call_of_the_keys_agency(manager: User) -> None:
    answer = send(dispatch(manager), "post", CALLS, report(latitude=30.44, longitude=-84.28, priority=1))
    assert answer.status_code == 201, answer.json()
    call = Call.objects.get()
    assert (call.agency, call.priority, call.has_place) == (agency_of(manager), 1, True)
    assert answer.json() | {"changed": True} == answer.json()
    entry = Entry.objects.get(action="call.received")
    assert entry.actor_kind == "program"
    assert entry.actor_id == str(keys_of_agency(agency_of(manager)).get().public_id)


def test_the_same_report_again_is_answered_and_changes_nothing(manager: User) -> None:
    client, said = dispatch(manager), report()
    send(client, "post", CALLS, said)
    again = send(client, "post", CALLS, said)
    assert (again.status_code, again.json()["changed"]) == (200, False)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("latitude", {"latitude": 0, "longitude": 0}),
        ("received_at", {"received_at": (timezone.now() + timedelta(hours=1)).isoformat()}),
        ("received_at", {"received_at": "yesterday"}),
        ("nature", {"nature": ""}),
        ("number", {"number": "P\x00"}),
        ("latitude", {"latitude": "1e400", "longitude": 1}),
    ],
)
def test_a_report_that_cannot_be_names_its_field(manager: User, field: str, said: dict) -> None:
    answer = send(dispatch(manager), "post", CALLS, report(**said))
    assert answer.status_code in (400, 422)
    assert field in answer.json()["fields"]
    assert not Call.objects.exists()


def test_nobody_else_reports_calls(manager: User) -> None:
    owner, _partner = registrant(AgencyFactory.create())
    assert send(by_token(owner), "post", CALLS, report()).status_code == 401
    assert send(Client(), "post", CALLS, report()).status_code == 401
    signed_in = Client()
    signed_in.force_login(owner)
    assert send(signed_in, "post", CALLS, report()).status_code == 401


def test_a_key_of_an_agency_opens_nothing_else(manager: User) -> None:
    client = dispatch(manager)
    for address in ("/api/v1/cameras/", "/api/v1/partners/", "/api/v1/invitations/"):
        assert client.get(address).status_code == 401
    assert client.get(CALLS).status_code == 405


def test_a_revoked_key_reports_nothing(manager: User) -> None:
    client = dispatch(manager)
    key = keys_of_agency(agency_of(manager)).get()
    with pytest.raises(NotFound):
        revoke_agency_key(user=staff(Role.PROGRAM_MANAGER), public_id=key.public_id)
    assert revoke_agency_key(user=manager, public_id=key.public_id)
    assert send(client, "post", CALLS, report()).status_code == 401


def test_a_key_works_on_after_the_manager_who_made_it_has_left(manager: User) -> None:
    client = dispatch(manager)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert send(client, "post", CALLS, report()).status_code == 201


def test_only_a_manager_of_the_agency_makes_a_key() -> None:
    agency = AgencyFactory.create()
    for person in (staff(Role.SUPERVISOR, agency), staff(Role.PROGRAM_MANAGER)):
        with pytest.raises(NotAllowed):
            issue_agency_key(user=person, agency=agency, name="CAD", days=90)
