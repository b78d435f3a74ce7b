"""People read feet, miles, acres and square miles."""

import pytest

from apps.geo.units import area_in_words, length_in_words, to_feet, to_meters


@pytest.mark.parametrize(
    ("meters", "words"),
    [(0.3048, "1 foot"), (200, "656 feet"), (304.8, "1000 feet"), (1609.344, "1.0 miles"), (50_000, "31.1 miles")],
)
def test_a_length_is_said_in_feet_and_a_long_one_in_miles(meters: float, words: str) -> None:
    assert length_in_words(meters) == words


@pytest.mark.parametrize(
    ("square_meters", "words"),
    [
        (10_000, "2.5 acres"),
        (200_000, "49 acres"),
        (3_000_000, "1.2 square miles"),
        (1_865_000_000, "720.1 square miles"),
    ],
)
def test_an_area_is_said_in_acres_and_a_large_one_in_square_miles(square_meters: float, words: str) -> None:
    assert area_in_words(square_meters) == words


@pytest.mark.parametrize("meters", [1, 30, 50, 200, 300, 1234.5])
def test_a_length_that_is_shown_and_sent_back_stays_the_same(meters: float) -> None:
    assert to_meters(to_feet(meters)) == pytest.approx(meters, abs=0.005)
