"""Finding places: addresses, corners and streets, as people type them, with the letters they get wrong."""

import pytest
from geographiclib.geodesic import Geodesic

from apps.ledger.values import Actor
from apps.streets.search import find_places
from apps.streets.services import load_streets
from tests.factories.streets import geojson, town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def streets(tmp_path, db):
    return load_streets(files=[geojson(tmp_path / "town.geojson", town())], name="town", actor=Actor.system("test"))


def labels(text, **options):
    return [place.label for place in find_places(text, **options)]


@pytest.mark.parametrize(
    "typed",
    [
        "1250 N Monroe St",
        "1250 north monroe street",
        "1250 N. Monroe, Tallahassee FL",
        "1250 n monro st",
        "1250 Mornoe",
    ],
)
def test_an_address_is_found_however_it_is_written(typed):
    place = find_places(typed)[0]
    assert (place.kind, place.label) == ("address", "1250 North Monroe Street, 32303")
    assert place.latitude == pytest.approx(30.455, abs=0.0005)


def test_a_house_stands_beside_its_street_on_the_side_of_its_number():
    odd, even = find_places("1251 N Monroe St")[0], find_places("1250 N Monroe St")[0]
    assert odd.longitude < -84.28 < even.longitude, "the line runs north: odd numbers are on its left"
    apart = Geodesic.WGS84.Inverse(odd.latitude, odd.longitude, even.latitude, even.longitude)["s12"]
    assert 18 < apart < 24


def test_numbers_that_run_against_the_line_are_found():
    assert find_places("99 S Monroe St")[0].latitude < find_places("1 S Monroe St")[0].latitude


def test_a_number_that_no_block_has_leads_to_the_street():
    place = find_places("9999 N Monroe St")[0]
    assert (place.kind, place.label) == ("street", "North Monroe Street")


def test_the_direction_chooses_between_streets_of_one_name():
    assert labels("N Monroe St")[0] == "North Monroe Street"
    assert labels("S Monroe St")[0] == "South Monroe Street"
    assert labels("Monroe") == ["North Monroe Street", "South Monroe Street"], "the wider road first"


@pytest.mark.parametrize("typed", ["Monroe & Tennessee", "N Monroe St and W Tennessee St", "tennesee / monroe"])
def test_a_corner_is_where_two_streets_meet(typed):
    place = find_places(typed)[0]
    assert place.kind == "corner"
    assert (place.latitude, place.longitude) == (30.44, -84.28)


def test_streets_that_do_not_meet_have_no_corner():
    assert find_places("Old St Augustine & 4th Ave") == []


def test_while_somebody_types_beginnings_are_enough():
    assert labels("monr", typing=True)[0] == "North Monroe Street"
    assert labels("1250 n mon", typing=True)[0] == "1250 North Monroe Street, 32303"
    assert (
        labels("monroe & ten", typing=True)[0].endswith("East Tennessee Street")
        or "Tennessee" in labels("monroe & ten", typing=True)[0]
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Old St Augustine Rd", "Old Saint Augustine Road"),
        ("old saint agustine", "Old Saint Augustine Road"),
        ("MLK Blvd", "Doctor Martin Luther King Junior Boulevard"),
        ("Fourth Ave", "4th Avenue"),
    ],
)
def test_saints_doctors_and_ordinals_are_found(typed, found):
    assert labels(typed)[0] == found


@pytest.mark.parametrize("typed", ["", "   ", "&", "1200", "Zzyzx Parkway", "street", "%' OR 1=1", "💥", "a" * 5000])
def test_what_is_no_place_finds_nothing_or_something_harmless(typed):
    assert len(find_places(typed)) <= 8


def test_a_street_says_its_box():
    place = find_places("North Monroe Street")[0]
    assert place.bounds == (-84.28, 30.44, -84.28, 30.46)
    assert 30.44 <= place.latitude <= 30.46
