"""The catalog by API, and a camera that names its entry."""

import pytest
from django.core.cache import cache

from apps.cameras.models import Camera
from apps.cameras.services import save_catalog_entry
from apps.ledger.values import Actor
from tests.api.test_camera_api import CAMERAS, details
from tests.factories.api_clients import by_token, send
from tests.factories.cameras import site
from tests.factories.people import AgencyFactory, registrant

pytestmark = pytest.mark.django_db


def entry(name, **facts):
    facts = {"kind": "camera", "maker": "Acme", "name": name, **facts}
    return save_catalog_entry(facts=facts, actor=Actor.system("test"))


@pytest.fixture
def owner():
    cache.clear()
    return registrant(AgencyFactory.create())


def test_what_is_offered_is_listed(owner):
    shown, _hidden = entry("One", field_of_view=100), entry("Two", is_offered=False)
    rows = by_token(owner[0]).get("/api/v1/catalog/").json()["results"]
    assert [(row["id"], row["field_of_view"]) for row in rows] == [(str(shown.public_id), 100.0)]


def test_a_camera_names_its_entry_and_lets_go_of_it(owner):
    user, partner = owner
    one, client = entry("One"), by_token(user)
    answer = send(client, "post", CAMERAS, details(site(partner), catalog_entry=str(one.public_id)))
    assert answer.status_code == 201
    assert answer.json()["catalog_entry"] == str(one.public_id)
    camera = Camera.objects.get()
    change = {"version": camera.version, "catalog_entry": None}
    assert send(client, "patch", f"{CAMERAS}{camera.public_id}/", change).json()["catalog_entry"] is None


@pytest.mark.parametrize("value", ["x", 7, {}, [], "7c3f1c52-0c3e-4d0a-9c0c-0a51b3ac2f10", "hidden"])
def test_an_entry_that_is_not_offered_is_refused_beside_its_field(owner, value):
    user, partner = owner
    hidden = entry("Two", is_offered=False)
    value = str(hidden.public_id) if value == "hidden" else value
    answer = send(by_token(user), "post", CAMERAS, details(site(partner), catalog_entry=value))
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"catalog_entry"}
