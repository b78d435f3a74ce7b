"""Every bench still starts: with a handful of rows, beside the models, factories and addresses of today."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.cameras.matching import find_matches
from apps.cameras.models import Camera
from scripts.bench import names
from tests.bench import imports, layers, lists, match, pages, site
from tests.bench import map as partner_map

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="this bench runs on PostgreSQL")
# What PostGIS gives the peer, for a server without it: everything meets everything.
WITHOUT_POSTGIS = """
    CREATE DOMAIN geom AS bytea;
    CREATE TABLE peer_place (camera_id bigint PRIMARY KEY, geom geom);
    CREATE FUNCTION st_geomfromwkb(bytea, integer) RETURNS geom LANGUAGE sql AS 'SELECT $1::geom';
    CREATE FUNCTION st_intersects(geom, geom) RETURNS boolean LANGUAGE sql AS 'SELECT true';
"""


@pytest.mark.parametrize("name", names())
def test_each_bench_can_be_imported(name: str) -> None:
    import_module(f"tests.bench.{name}")


@on_postgresql
@pytest.mark.django_db
def test_the_bench_of_matching_grows_the_register_and_asks_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(match, "VACUUM", "ANALYZE")  # VACUUM itself runs in no transaction
    city = match.City(300, bases=60)
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_POSTGIS)
    agency = match.agency_with_terms()
    match.grow(city, 0, 200, agency)
    match.grow(city, 200, 300, agency)
    assert Camera.objects.count() == 300

    (area,) = city.areas(300, 1, 5_000.0)
    ours = [(one.camera_id, one.partner_id, one.retention_hours) for one in find_matches(area, agency=agency)]
    with connection.cursor() as cursor:
        cursor.execute(match.PEER, [city.shapely.to_wkb(area.polygon), agency.pk])
        assert cursor.fetchall() == ours != []
    _spent, _scaled, reached = match.store_120(city, 300, agency, rounds=1)
    assert reached


@on_postgresql
@pytest.mark.django_db
def test_the_bench_of_lists_fills_and_opens_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "ROWS", 3)
    monkeypatch.setattr(lists, "READINGS", 2)
    for _name, client, path in lists.filled():
        asked, _middle, _late = lists.page(client, path)
        assert asked <= lists.MOST_QUERIES, path


@pytest.mark.django_db
def test_the_bench_of_pages_opens_each_and_the_bare_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "READINGS", 1)
    clients = []
    for session in site.people():
        client = Client()
        client.cookies["sessionid"] = session
        clients.append(client)
    site.grow(20)
    assert pages.bare_cost(clients[0]) > 0
    for client, paths in zip(clients, (pages.RESIDENT, pages.MANAGER), strict=True):
        for path in paths:
            pages.cost(client, path)


@pytest.mark.django_db
def test_the_bench_of_the_map_opens_squares_and_places(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.PLACES_PER_DAY, settings.ALLOWED_HOSTS = 1, ["*"]  # the bench sets both, and both go back
    settings.PLACES_PER_PURPOSE = 5
    monkeypatch.setattr(partner_map, "CAMERAS", 200)
    monkeypatch.setattr(partner_map, "ROUNDS", 1)
    assert partner_map.measure()["squares"]


@pytest.mark.django_db
def test_the_bench_of_layers_draws_its_features(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "FEATURES", 3)
    monkeypatch.setattr(layers, "READINGS", 1)
    assert layers.figures()["features"] == 3


@pytest.mark.django_db
def test_the_bench_of_imports_registers_and_undoes(capsys: pytest.CaptureFixture[str]) -> None:
    imports.run(3)
    assert "registered 3, not imported 0" in capsys.readouterr().out
