"""What people type is read as a number, a street and a corner, however they abbreviate."""

import pytest

from apps.streets.names import Asked, asked, words_of

CITY = "Tallahassee, FL"
MONROE = ("north", "monroe", "street")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1200 N Monroe St", Asked(1200, MONROE)),
        ("1200 n. monroe st.", Asked(1200, MONROE)),
        ("1200 North Monroe Street, Tallahassee, FL 32303", Asked(1200, MONROE)),
        ("1200 N Monroe St Tallahassee FL 32303-1234", Asked(1200, MONROE)),
        ("1200 N Monroe St Apt 4", Asked(1200, MONROE)),
        ("1200 N Monroe St #4, Tallahassee", Asked(1200, MONROE)),
        ("1200-1210 N Monroe St", Asked(1200, MONROE)),
        ("1200B N Monroe St", Asked(1200, MONROE)),
        ("N Monroe St", Asked(None, MONROE)),
        ("Monroe & Tennessee", Asked(None, ("monroe",), ("tennessee",))),
        ("Monroe St and W Tennessee St", Asked(None, ("monroe", "street"), ("west", "tennessee", "street"))),
        ("monroe at 4th ave", Asked(None, ("monroe",), ("4th", "avenue"))),
        ("12 Fourth Ave", Asked(12, ("4th", "avenue"))),
        ("4th Ave", Asked(None, ("4th", "avenue"))),
        ("Tallahassee St", Asked(None, ("tallahassee", "street"))),
        ("", Asked(None, ())),
        ("  ,,, ", Asked(None, ())),
    ],
)
def test_an_address_is_read_as_it_is_meant(typed, read):
    assert asked(typed, city=CITY) == read


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("St Augustine Rd", ("saint", "augustine", "road")),
        ("Dr Martin Luther King Jr Blvd", ("doctor", "martin", "luther", "king", "junior", "boulevard")),
        ("O'Connell Dr", ("oconnell", "drive")),
        ("Núñez Way", ("nunez", "way")),
        ("E 7th Ave", ("east", "7th", "avenue")),
    ],
)
def test_a_name_is_written_out(name, words):
    assert words_of(name) == words
