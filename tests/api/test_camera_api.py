"""A partner's cameras by API: the same rules as on the pages."""

import json
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from rest_framework.throttling import UserRateThrottle

from apps.accounts.api_keys import digest_of_key, issue_key, revoke_key
from apps.accounts.models import ApiKey
from apps.agencies.models import Role
from apps.cameras.models import Camera, Site
from apps.cameras.states import CameraState
from apps.core.errors import NotAllowed, NotFound, TooMany
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.partners.models import MemberRole, Membership
from apps.specifications.first import read_checks
from apps.specifications.services import publish_specification
from tests.factories.actors import actor_for
from tests.factories.api_clients import by_token, new_key, send
from tests.factories.cameras import camera, pending_camera, site
from tests.factories.people import AgencyFactory, UserFactory, registrant, staff
from tests.factories.sessions import sign_in

pytestmark = pytest.mark.django_db

CAMERAS = "/api/v1/cameras/"


def details(place, **changes):
    return {
        "site": str(place.public_id),
        "name": "Driveway",
        "latitude": 30.44,
        "longitude": -84.28,
        "bearing": 10,
        "field_of_view": 90,
        "range_m": 25,
        "retention_hours": 200,
        "records_sound": False,
    } | changes


def test_a_camera_is_registered_changed_and_withdrawn():
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    user, partner = registrant()
    client = by_token(user)
    answer = send(client, "post", CAMERAS, details(site(partner), records_sound=True))
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert (made["state"], made["latitude"], made["version"]) == ("pending", 30.44, 1)
    assert made["conformance"]["outcome"] == "warn"
    assert "934.03" in made["advice"][0]
    assert Entry.objects.get(action="camera.registered").actor.role == "registrant"
    address = f"{CAMERAS}{made['id']}/"
    changed = send(client, "patch", address, {"version": 1, "name": "Gate", "bearing": 20, "records_sound": False})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["name"], changed.json()["bearing"], changed.json()["range_m"]) == ("Gate", 20, 25)
    assert changed.json()["conformance"]["outcome"] == "pass"
    gone = send(client, "post", f"{address}withdraw/", {"version": 2})
    assert gone.json()["state"] == "retired"
    acts = set(Entry.objects.filter(subject_id=made["id"]).values_list("action", flat=True))
    assert acts == {"camera.registered", "camera.updated", "camera.withdrawn"}


def test_sound_that_is_not_known_is_null_and_stays_so():
    user, partner = registrant()
    client, place = by_token(user), site(partner)
    silent = details(place)
    del silent["records_sound"]
    for body in (silent, details(place, records_sound=None, latitude=30.45)):
        assert send(client, "post", CAMERAS, body).json()["records_sound"] is None
    said = send(client, "post", CAMERAS, details(place, records_sound=True, latitude=30.46)).json()
    changed = send(client, "patch", f"{CAMERAS}{said['id']}/", {"version": 1, "records_sound": None})
    assert changed.json()["records_sound"] is None


def test_a_repeated_call_registers_one_camera():
    user, partner = registrant()
    client, body = by_token(user), details(site(partner), request_key=str(uuid.uuid4()))
    ids = {send(client, "post", CAMERAS, body).json()["id"] for _ in range(3)}
    assert len(ids) == 1


def test_an_older_version_is_refused_and_nothing_is_saved():
    user, partner = registrant()
    one = pending_camera(partner)
    client, address = by_token(user), f"{CAMERAS}{one.public_id}/"
    assert send(client, "patch", address, {"version": 1, "name": "First"}).status_code == 200
    answer = send(client, "patch", address, {"version": 1, "name": "Second"})
    assert (answer.status_code, answer.json()["code"]) == (409, "version")
    assert Camera.objects.get(pk=one.pk).name == "First"
    assert send(client, "patch", address, {"name": "Third"}).json()["fields"]["version"]


@pytest.mark.parametrize(
    ("field", "literal"),
    [
        ("latitude", "91"),
        ("latitude", '"NaN"'),
        ("latitude", "1e400"),
        ("latitude", "9" * 400),
        ("longitude", "null"),
        ("bearing", "-1"),
        ("field_of_view", "0"),
        ("range_m", "true"),
        ("retention_hours", "0"),
        ("retention_hours", "9" * 400),
        ("name", '""'),
        ("name", r'"\u0000"'),
        ("name", r'"\ud800"'),
        ("name", "[]"),
        ("notes", r'"\u0007"'),
        ("site", '"none"'),
        ("records_sound", '"perhaps"'),
    ],
)
def test_a_bad_value_is_a_problem_document_about_its_field(field, literal):
    user, partner = registrant()
    place = site(partner)
    body = json.dumps(details(place, **{field: "@"})).replace('"@"', literal)
    answer = by_token(user).post(CAMERAS, body, content_type="application/json")
    assert answer.status_code in (400, 422), answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()["fields"]) == {field}
    assert not Camera.objects.exists()


@pytest.mark.parametrize("body", ["", "[", "[]", "null", '"x"', "{}", "NaN", '{"latitude": NaN}'])
def test_a_body_that_is_no_camera_is_refused_as_a_problem(body):
    user, _partner = registrant()
    answer = by_token(user).post(CAMERAS, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["status"] == 400


def test_terms_come_before_cameras():
    user, partner = registrant(accepted=False)
    client = by_token(user)
    answer = send(client, "post", CAMERAS, details(site(partner)))
    assert (answer.status_code, answer.json()["code"]) == (409, "terms_outstanding")


def test_lists_are_paged_and_filtered():
    user, partner = registrant()
    home, shop = site(partner), site(partner, "Shop")
    for place in (home, home, shop):
        pending_camera(partner, site=place)
    client = by_token(user)
    page = client.get(CAMERAS, {"limit": 2}).json()
    assert (page["count"], len(page["results"])) == (3, 2)
    assert client.get(page["next"]).json()["results"]
    assert client.get(CAMERAS, {"site": str(shop.public_id)}).json()["count"] == 1
    assert client.get(CAMERAS, {"state": "active"}).json()["count"] == 0
    assert client.get(CAMERAS, {"state": "nonsense"}).status_code == 400


def test_a_list_asks_the_database_as_often_for_many_as_for_one(django_assert_max_num_queries):
    user, partner = registrant()
    publish_specification(checks=read_checks(), actor=Actor.system("test"))
    place = site(partner)
    for _ in range(4):
        pending_camera(partner, site=place)
    client = by_token(user)
    with django_assert_max_num_queries(6):
        assert client.get(CAMERAS).json()["count"] == 4


VERBS = {
    "read": lambda client, one: client.get(f"{CAMERAS}{one.public_id}/"),
    "change": lambda client, one: send(client, "patch", f"{CAMERAS}{one.public_id}/", {"version": one.version}),
    "withdraw": lambda client, one: send(
        client, "post", f"{CAMERAS}{one.public_id}/withdraw/", {"version": one.version}
    ),
    "add": lambda client, one: send(client, "post", CAMERAS, details(one.site)),
}
EXPECTED = {
    "owner": {"read": 200, "change": 200, "withdraw": 200, "add": 201},
    "manager": {"read": 200, "change": 200, "withdraw": 200, "add": 201},
    "responder": {"read": 404, "change": 404, "withdraw": 404, "add": 404},
    "former owner": {"read": 404, "change": 404, "withdraw": 404, "add": 404},
    "another owner": {"read": 404, "change": 404, "withdraw": 404, "add": 404},
    "program manager": {"read": 403, "change": 403, "withdraw": 403, "add": 403},
    "detective": {"read": 403, "change": 403, "withdraw": 403, "add": 403},
    "nobody": {"read": 401, "change": 401, "withdraw": 401, "add": 401},
}


def _client(name, partner):
    if name == "nobody":
        return Client()
    if name in ("program manager", "detective"):
        role = Role.PROGRAM_MANAGER if name == "program manager" else Role.DETECTIVE
        return sign_in(Client(), staff(role))
    if name == "another owner":
        return by_token(registrant()[0])
    user = UserFactory.create()
    role = name.split()[-1]
    ended = timezone.now() if name.startswith("former") else None
    Membership.objects.create(partner=partner, user=user, role=MemberRole(role), ended_at=ended)
    return by_token(user)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", EXPECTED)
def test_who_may_do_what(name, verb):
    _user, partner = registrant()
    one = pending_camera(partner)
    answer = VERBS[verb](_client(name, partner), one)
    assert answer.status_code == EXPECTED[name][verb], answer.content
    assert answer.status_code < 400 or answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("state", CameraState.values)
def test_what_an_owner_may_do_in_each_state(state):
    user, partner = registrant(AgencyFactory.create())
    one = camera(partner)
    Camera.objects.filter(pk=one.pk).update(state=state)
    client = by_token(user)
    changed = VERBS["change"](client, one)
    retired = state == CameraState.RETIRED
    assert changed.status_code == (409 if retired else 200)
    # A correction is looked at again; who corrects a lapsed camera confirms it.
    after = {CameraState.RETURNED: CameraState.PENDING, CameraState.LAPSED: CameraState.ACTIVE}
    assert changed.json().get("state", state) == after.get(CameraState(state), state)
    one.refresh_from_db()
    assert VERBS["withdraw"](client, one).json()["state"] == "retired"


def test_others_rows_are_in_no_list():
    mine, partner = registrant()
    pending_camera(partner)
    _other, theirs = registrant()
    pending_camera(theirs)
    client = by_token(mine)
    for name, count in (("cameras", 1), ("sites", 1), ("partners", 1), ("invitations", 0)):
        assert client.get(f"/api/v1/{name}/").json()["count"] == count
    foreign = Site.objects.get(partner=theirs)
    assert client.get(f"/api/v1/sites/{foreign.public_id}/").status_code == 404
    assert client.get(f"/api/v1/partners/{theirs.public_id}/").status_code == 404
    assert send(client, "post", CAMERAS, details(foreign)).status_code == 404
    body = {"partner": str(theirs.public_id), "name": "Mine now"}
    assert send(client, "post", "/api/v1/sites/", body).status_code == 404


def test_a_partner_reads_whether_terms_are_outstanding_and_who_may_ask():
    agency = AgencyFactory.create()
    user, _partner = registrant(agency)
    (found,) = by_token(user).get("/api/v1/partners/").json()["results"]
    assert (found["agencies"], found["terms_outstanding"], found["left_at"]) == ([agency.short_name], False, None)


def test_a_site_is_added_once():
    user, partner = registrant()
    client = by_token(user)
    body = {"partner": str(partner.public_id), "name": "Shop", "request_key": str(uuid.uuid4())}
    first, second = (send(client, "post", "/api/v1/sites/", body) for _ in range(2))
    assert first.status_code == 201
    assert first.json() == second.json()
    assert Entry.objects.filter(action="site.added").count() == 1


def test_a_session_signs_in_too_and_needs_the_csrf_token():
    user, partner = registrant()
    client = sign_in(Client(enforce_csrf_checks=True), user)
    assert client.get(CAMERAS).status_code == 200
    assert send(client, "post", CAMERAS, details(site(partner))).status_code == 403


def test_the_database_holds_no_usable_key_and_a_revoked_key_is_dead():
    user, _partner = registrant()
    row, key = issue_key(user=user, name="recorder", scope="full", days=None, actor=actor_for(user))
    assert row.digest == digest_of_key(key)
    client = Client(headers={"authorization": f"Token {key}"})
    assert client.get(CAMERAS).status_code == 200
    assert Client(headers={"authorization": f"Token {row.digest}"}).get(CAMERAS).status_code == 401
    assert revoke_key(user=user, public_id=row.public_id, actor=actor_for(user))
    assert not revoke_key(user=user, public_id=row.public_id, actor=actor_for(user))
    assert client.get(CAMERAS).status_code == 401
    acts = Entry.objects.filter(action__startswith="api_key").order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["api_key.issued", "api_key.revoked"]


def test_several_keys_of_one_person_live_and_die_by_themselves():
    user, _partner = registrant()
    first, second = by_token(user), by_token(user)
    revoke_key(user=user, public_id=ApiKey.objects.order_by("pk")[0].public_id, actor=actor_for(user))
    assert [one.get(CAMERAS).status_code for one in (first, second)] == [401, 200]
    stranger, _other = registrant()
    with pytest.raises(NotFound):
        revoke_key(user=stranger, public_id=ApiKey.objects.order_by("pk")[1].public_id, actor=actor_for(stranger))


def test_a_key_to_see_changes_nothing():
    user, partner = registrant()
    client = by_token(user, scope="read")
    assert client.get(CAMERAS).status_code == 200
    assert send(client, "post", CAMERAS, details(site(partner))).status_code == 403


def test_a_key_ends_with_its_term_and_knows_when_it_was_used():
    user, _partner = registrant()
    client = Client(headers={"authorization": f"Token {new_key(user, days=90)}"})
    assert ApiKey.objects.get().last_used_at is None
    with time_machine.travel(timezone.now() + timedelta(days=89), tick=False):
        assert client.get(CAMERAS).status_code == 200
        assert ApiKey.objects.get().last_used_at == timezone.now()
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        assert client.get(CAMERAS).status_code == 401


def test_staff_have_no_key_and_lose_the_ones_they_had():
    member = staff(Role.DETECTIVE)
    with pytest.raises(NotAllowed):
        new_key(member)
    user, _partner = registrant()
    current = by_token(user)
    user.is_staff = True
    user.save()
    assert current.get(CAMERAS).status_code == 401


def test_nobody_has_more_than_twenty_keys():
    user, _partner = registrant()
    for _ in range(20):
        new_key(user)
    with pytest.raises(TooMany):
        new_key(user)


def test_an_address_that_leads_nowhere_is_a_problem_document():
    answer = Client().get("/api/v1/nothing/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("body", ["[" * 100_000, "{", "\x00", '{"name": ' + "9" * 5000 + "}", "[]", "null"])
def test_a_body_that_is_no_json_of_ours_is_a_problem_and_no_crash(body):
    user, _partner = registrant()
    answer = by_token(user).post(CAMERAS, body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.fixture
def _no_calls_counted():
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("_no_calls_counted")
def test_too_many_calls_are_told_to_wait(monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    user, _partner = registrant()
    client = by_token(user)
    answers = [client.get(CAMERAS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1]["Retry-After"]
    assert answers[-1].json()["status"] == 429


def test_the_schema_is_valid_and_open(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))
    assert Client().get("/api/v1/schema/").status_code == 200
