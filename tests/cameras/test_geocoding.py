"""Looking an address up: through a real server on loopback that speaks the Census geocoder's JSON, well and badly."""

from __future__ import annotations

import logging
import time

import pytest
from django.core.cache import cache

from apps.cameras import geocoding
from apps.cameras.geocoding.service import MOST_FAILURES, NoAnswer
from apps.core.errors import InvalidInput, TooMany
from apps.ledger.values import Actor
from apps.streets.services import load_streets
from tests.cameras.census_server import CensusServer, match
from tests.factories.people import UserFactory
from tests.factories.streets import geojson, town

pytestmark = pytest.mark.django_db

ADDRESS = "1127 Kestrelcanary Lane"


@pytest.fixture(autouse=True)
def forgotten():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def census(settings):
    server = CensusServer()
    settings.GEOCODER, settings.GEOCODER_URL, settings.GEOCODER_CITY = "census", server.url, "Tallahassee, FL"
    yield server
    server.close()


@pytest.fixture
def person():
    return UserFactory.create()


def look(person, address=ADDRESS):
    return geocoding.find_address(address=address, user=person)


def test_a_found_address_is_a_point_with_the_geocoders_words(census, person):
    [place] = look(person)
    assert (place.latitude, place.longitude) == (30.4585, -84.2775)
    assert place.label == "1127 LIVE OAK LN, TALLAHASSEE, FL, 32303"


def test_the_city_completes_an_address_that_names_none(census, person):
    for address in (ADDRESS, "12 Oak Lane, Quincy, FL", "12 Oak Lane 32303"):
        look(person, address)
    assert [asked["address"][0] for asked in census.asked] == [
        f"{ADDRESS}, Tallahassee, FL",
        "12 Oak Lane, Quincy, FL",
        "12 Oak Lane 32303",
    ]


def test_places_in_the_city_come_first(census, person):
    census.answer = [match("FAR", -80.0, 25.0), match("NEAR")]
    assert [place.label for place in look(person)] == ["NEAR", "FAR"]


def test_an_unknown_address_says_what_to_do(census, person):
    census.answer = []
    with pytest.raises(InvalidInput) as refusal:
        look(person)
    assert "on the map" in refusal.value.fields["site_address"]


@pytest.mark.parametrize("address", ["", " ", "x" * 201, "a\x00b", "\ud800"])
def test_what_is_no_address_is_not_sent(census, person, address):
    with pytest.raises(InvalidInput):
        look(person, address)
    assert census.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{",
        b"<html>down for maintenance</html>",
        b"[]",
        b'{"result": {}}',
        b'{"result": {"addressMatches": {"0": 1}}}',
        b'{"result": {"addressMatches": [[]]}}',
        b"[" * 100_000,
        b'{"result": {"addressMatches": []}, "more": "' + b"x" * 300_000 + b'"}',
        [match(x="-84.2")],
        [match(y=None)],
        [match(y=91)],
        [match(x=True)],
        [match(label=7)],
        b'{"result": {"addressMatches": [{"matchedAddress": "a", "coordinates": {"x": NaN, "y": 1}}]}}',
        "hangs up",
    ],
)
def test_an_answer_that_cannot_be_read_is_no_answer(census, person, answer):
    census.answer = answer
    with pytest.raises(NoAnswer):
        look(person)


@pytest.mark.parametrize("status", [204, 301, 400, 403, 500, 503])
def test_another_status_is_no_answer_and_no_redirect_is_followed(census, person, status):
    census.status, census.answer = status, b"{}"
    with pytest.raises(NoAnswer):
        look(person)
    assert len(census.asked) == 1


@pytest.mark.parametrize("answer", ["silent", "one byte a second"])
def test_nobody_waits_longer_than_three_seconds(census, person, answer):
    census.answer = answer
    started = time.monotonic()
    with pytest.raises(NoAnswer):
        look(person)
    assert time.monotonic() - started < 4.5


def test_a_geocoder_that_is_down_is_left_alone_for_a_while(census, person):
    census.status = 500
    for _ in range(MOST_FAILURES + 2):
        with pytest.raises(NoAnswer):
            look(person)
    assert len(census.asked) == MOST_FAILURES
    census.status = 200
    cache.delete("geocoder:resting")  # the minute is over
    assert look(person)


def test_one_answer_in_between_ends_the_count_of_failures(census, person):
    for status in (500, 500, 200, 500, 500):
        census.status = status
        if status == 200:
            look(person)
        else:
            with pytest.raises(NoAnswer):
                look(person)
    census.status = 200
    assert look(person)


def test_one_person_asks_so_often_in_an_hour_and_others_are_not_kept_from_it(census, person, settings):
    settings.GEOCODER_PER_HOUR = 2
    look(person)
    look(person)
    with pytest.raises(TooMany):
        look(person)
    assert look(UserFactory.create())
    assert len(census.asked) == 3


def test_without_a_geocoder_nothing_is_sent(census, person, settings):
    settings.GEOCODER = "none"
    assert not geocoding.is_on()
    with pytest.raises(NoAnswer):
        look(person)
    assert census.asked == []


def test_the_address_is_neither_logged_nor_kept_nor_in_any_error(census, person, caplog):
    caplog.set_level(logging.DEBUG)
    look(person)
    census.answer = b"{"
    with pytest.raises(NoAnswer) as refusal:
        look(person)
    chain, error = [], refusal.value
    while error is not None:
        chain.append(repr(error) + str(getattr(error, "__dict__", "")))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    kept = str(cache._cache) if hasattr(cache, "_cache") else ""
    assert not any("Kestrelcanary" in text or "Kestrelcanary".upper() in text for text in [caplog.text, kept, *chain])


class OurOwn:
    """What a city may write itself."""

    def find(self, address, *, seconds):
        return [geocoding.Found("Town hall", 30.44, -84.28)]


def test_a_city_may_bring_its_own(settings, person):
    settings.GEOCODER = "tests.cameras.test_geocoding.OurOwn"
    assert look(person)[0].label == "Town hall"


def test_without_a_setting_nobody_outside_is_asked():
    from config.settings import base, test

    assert (base.GEOCODER, test.GEOCODER) == ("streets", "streets")


def test_our_own_streets_find_an_address(settings, person, tmp_path):
    settings.GEOCODER = "streets"
    assert not geocoding.is_on(), "before any were loaded"
    load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))
    assert geocoding.is_on()
    assert geocoding.geocoder_name() == ""
    assert look(person, "1250 N Monroe St")[0].label == "1250 North Monroe Street, 32303"
    with pytest.raises(InvalidInput):
        look(person, "Zzyzx Parkway")
