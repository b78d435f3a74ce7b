"""Tiles over HTTP, and the staff's search."""

import gzip

import mapbox_vector_tile
import pytest
from django.urls import reverse

from apps.agencies.models import Role
from apps.ledger.values import Actor
from apps.streets.models import Tile
from apps.streets.services import load_streets
from tests.factories.people import UserFactory, staff
from tests.factories.sessions import sign_in
from tests.factories.streets import geojson, town

pytestmark = pytest.mark.django_db


@pytest.fixture
def tile(tmp_path):
    load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))
    return Tile.objects.filter(zoom=14).order_by("pk").first()


def address(tile):
    return reverse("streets:tile", args=[tile.zoom, tile.x, tile.y])


def test_a_tile_is_served_compressed_to_anybody(client, tile):
    answer = client.get(address(tile), headers={"accept-encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer["Content-Encoding"] == "gzip"
    assert mapbox_vector_tile.decode(gzip.decompress(answer.content))["roads"]["features"]
    assert "public" in answer["Cache-Control"]


def test_who_takes_no_gzip_gets_it_plain(client, tile):
    answer = client.get(address(tile))
    assert "Content-Encoding" not in answer
    assert mapbox_vector_tile.decode(answer.content)["roads"]["features"]


def test_an_unchanged_tile_is_not_sent_again(client, tile, tmp_path):
    tag = client.get(address(tile))["ETag"]
    assert client.get(address(tile), headers={"if-none-match": tag}).status_code == 304
    load_streets(files=[geojson(tmp_path / "new.geojson", town()[:3])], name="new", actor=Actor.system("test"))
    assert client.get(address(tile), headers={"if-none-match": tag}).status_code in (200, 204)


@pytest.mark.parametrize("place", ["14/1/1", "0/0/0", "23/1/1", "14/99999/1", "22/4194303/4194303", f"14/{2**70}/1"])
def test_where_nothing_is_the_answer_is_empty(client, tile, place):
    assert client.get(f"/tiles/{place}").status_code == 204


def test_without_streets_there_is_nothing_to_draw(client):
    assert client.get("/tiles/14/4357/6748").status_code == 204
    assert client.get(reverse("streets:about")).status_code == 204


def test_a_map_learns_where_the_tiles_are(client, tile):
    about = client.get(reverse("streets:about")).json()
    assert about["tiles"] == ["http://testserver/tiles/{z}/{x}/{y}"]
    assert (about["minzoom"], about["maxzoom"]) == (8, 14)


def test_staff_find_a_place_as_they_type(client, tile):
    sign_in(client, staff(Role.DETECTIVE))
    found = client.post(reverse("admin:find_place"), {"q": "monroe & tenn"})
    assert found.json()["found"][0]["kind"] == "corner"
    assert "no-store" in found["Cache-Control"]
    assert client.post(reverse("admin:find_place"), {"q": ""}).json() == {"found": []}
    assert client.post(reverse("admin:find_place"), {"q": "x" * 201}).status_code == 422
    assert client.get(reverse("admin:find_place"), {"q": "monroe"}).status_code == 405


def test_others_do_not_search_on_the_staffs_map(client, tile):
    sign_in(client, UserFactory.create())
    answer = client.post(reverse("admin:find_place"), {"q": "monroe"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("admin:login"))
