"""What is offered to an owner while typing where a camera is: from the portal's own streets, and nobody is told."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache
from django.urls import reverse

from apps.agencies.models import Role
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.streets.asking import PER_MINUTE, QUESTION_MOST
from apps.streets.services import load_streets
from tests.cameras.census_server import CensusServer
from tests.factories.cameras import pending_camera
from tests.factories.people import AgencyFactory, registrant, staff
from tests.factories.sessions import sign_in
from tests.factories.streets import geojson, town

pytestmark = pytest.mark.django_db
FIND = reverse("web:find_place")
JSON = {"accept": "application/json"}


@pytest.fixture
def owner(client, tmp_path):
    cache.clear()
    load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))
    user, partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    return partner


def offered(client, typed):
    return [one["label"] for one in client.post(FIND, {"q": typed}, headers=JSON).json()["found"]]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("1250 N Monr", "1250 North Monroe Street, 32303"),
        ("1250 n monroe st apt 4", "1250 North Monroe Street, 32303"),
        ("Monroe & Tenn", "South Monroe Street & East Tennessee Street"),
        ("tenessee", "East Tennessee Street"),
        ("mlk", "Doctor Martin Luther King Junior Boulevard"),
    ],
)
def test_an_owner_is_offered_places_while_typing(client, owner, typed, first):
    assert first in offered(client, typed)


def test_a_city_that_looks_up_outside_asks_nobody_while_somebody_types(client, owner, settings):
    census = CensusServer()
    settings.GEOCODER, settings.GEOCODER_URL = "census", census.url
    for end in range(1, len("1250 N Monroe St") + 1):
        client.post(FIND, {"q": "1250 N Monroe St"[:end]})
    assert offered(client, "1250 N Monroe")
    assert offered(client, "nowhere at all") == []
    assert census.asked == []
    client.post(reverse("web:find_address"), {"address": "1250 N Monroe St"}, headers=JSON)
    assert len(census.asked) == 1
    census.close()


def test_nothing_typed_is_kept_or_logged(client, owner, caplog):
    before = Entry.objects.count()
    with caplog.at_level(logging.DEBUG):
        offered(client, "1250 Zyzzyva Lane")
        client.post(FIND, {"q": "1250 Zyzzyva Lane " + "x" * QUESTION_MOST}, headers=JSON)
    said = [record.getMessage() for record in caplog.records if not record.name.startswith("django.db")]
    assert "Zyzzyva" not in "".join(said)
    assert Entry.objects.count() == before
    assert client.post(FIND, {"q": "monroe"})["Cache-Control"] == "no-store"


def test_questions_end_where_no_person_types_that_fast(client, owner, long_minute):
    for _ in range(PER_MINUTE):
        assert client.post(FIND, {"q": "m"}, headers=JSON).status_code == 200
    answer = client.post(FIND, {"q": "monroe"}, headers=JSON)
    assert answer.status_code == 429
    assert "on the map" in answer.json()["detail"]


@pytest.fixture
def long_minute(monkeypatch):
    """One minute that does not end."""
    monkeypatch.setattr("apps.core.counting.time.time", lambda: 6_000_000_000.0)


def test_the_question_has_a_length_and_comes_in_the_body(client, owner):
    assert client.post(FIND, {"q": "x" * (QUESTION_MOST + 1)}, headers=JSON).status_code == 422
    assert client.post(FIND, {"q": "mon\x00roe"}, headers=JSON).status_code in (200, 422)
    assert client.get(FIND, {"q": "monroe"}).status_code == 405
    assert client.post(FIND, {"q": ""}).json() == {"found": []}


def test_only_partners_ask(client, owner):
    client.logout()
    assert client.post(FIND, {"q": "monroe"}).status_code == 302
    sign_in(client, staff(Role.DETECTIVE))
    assert client.post(FIND, {"q": "monroe"}, headers=JSON).status_code == 403


def test_pages_offer_the_search_where_a_place_is_said(client, owner):
    camera = pending_camera(owner)
    for page in (
        reverse("web:add_camera"),
        reverse("web:edit_camera", args=[camera.public_id]),
        reverse("web:replace_camera", args=[camera.public_id]),
        reverse("web:site_add"),
        reverse("web:site_edit", args=[camera.site.public_id]),
    ):
        assert f'data-find="{FIND}"' in client.get(page).content.decode(), page


def test_without_streets_no_page_offers_it(client):
    user, _partner = registrant(AgencyFactory.create())
    sign_in(client, user)
    for page in ("web:add_camera", "web:site_add"):
        assert FIND not in client.get(reverse(page)).content.decode()
        assert "Street address" in client.get(reverse(page)).content.decode()
