"""Boxes between key frames: by time, told apart, and held for one picture where a region begins and ends."""

from __future__ import annotations

import json
from itertools import accumulate
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from apps.media.boxes import BETWEEN, DRAWN, HELD, Box, KeyFrame, at_picture, covered_at, nearest, spans_of

EVEN = [picture / 25 for picture in range(40)]
UNEVEN = list(accumulate([0.0, *(0.02 + (picture * 37 % 9) / 100 for picture in range(39))]))
HERE, THERE = Box(10, 20, 30, 40), Box(50, 0, 20, 60)

box = st.builds(Box, st.integers(0, 300), st.integers(0, 200), st.integers(1, 80), st.integers(1, 80))
times = st.lists(st.integers(1, 5000), min_size=2, max_size=40).map(lambda steps: [n / 1000 for n in accumulate(steps)])


@st.composite
def regions(draw) -> tuple[list[KeyFrame], list[float]]:
    """A region of a film whose pictures have any distances."""
    film = draw(times)
    pictures = sorted(draw(st.sets(st.integers(0, len(film) - 1), min_size=1)))
    return [KeyFrame(one, draw(box), draw(st.booleans())) for one in pictures], film


def how(frames: list[KeyFrame], film: list[float]) -> list[str]:
    """A letter for each picture: drawn, between, held, or a dot."""
    letters = {DRAWN: "D", BETWEEN: "b", HELD: "h"}
    covered = [covered_at(frames, film, second) for second in film]
    return "".join("".join(letters[one.how] for one in found)[:1] or "." for found in covered)


def test_it_is_held_for_one_picture_before_and_after_and_around_a_gap() -> None:
    frames = [KeyFrame(3, HERE), KeyFrame(6, THERE, ends=True), KeyFrame(10, HERE), KeyFrame(12, HERE, ends=True)]
    assert how(frames, EVEN[:16]) == "..hDbbDh.hDbDh.."
    assert how([KeyFrame(0, HERE)], EVEN[:3]) == "Dh."
    assert how([KeyFrame(2, HERE)], EVEN[:3]) == ".hD"


def test_a_gap_of_one_picture_is_covered_by_both_its_sides() -> None:
    frames = [KeyFrame(3, HERE, ends=True), KeyFrame(5, THERE)]
    assert [one.box for one in covered_at(frames, EVEN, EVEN[4])] == [HERE, THERE]


def test_it_moves_by_time_and_not_by_number() -> None:
    frames = [KeyFrame(0, Box(0, 0, 10, 10)), KeyFrame(20, Box(1000, 0, 10, 10))]
    for film in (EVEN, UNEVEN):
        for picture in range(1, 20):
            (found,) = covered_at(frames, film, film[picture])
            assert abs(found.box.left - 1000 * film[picture] / film[20]) <= 1


def test_a_picture_that_only_the_original_has_is_covered_too() -> None:
    frames = [KeyFrame(5, HERE), KeyFrame(6, HERE, ends=True)]
    assert [covered_at(frames, EVEN, second) != [] for second in (0.155, 0.165, 0.21, 0.245, 0.275, 0.285)] == [
        False, True, True, True, True, False,
    ]  # fmt: skip


@given(regions())
def test_each_drawn_box_is_there_as_it_was_drawn(drawn: tuple[list[KeyFrame], list[float]]) -> None:
    frames, film = drawn
    for frame in frames:
        assert (frame.box, DRAWN) in covered_at(frames, film, film[frame.picture])


@given(regions())
def test_a_box_between_two_holds_what_lies_between_them(drawn: tuple[list[KeyFrame], list[float]]) -> None:
    frames, film = drawn
    for before, after in zip(frames, frames[1:], strict=False):
        for picture in range(before.picture + 1, after.picture if not before.ends else before.picture + 1):
            ((found, kind),) = covered_at(frames, film, film[picture])
            assert kind == BETWEEN
            assert min(before.box.left, after.box.left) <= found.left <= max(before.box.left, after.box.left)
            assert min(before.box.right, after.box.right) <= found.right <= max(before.box.right, after.box.right)
            assert min(before.box.width, after.box.width) <= found.width
            assert min(before.box.height, after.box.height) <= found.height


@given(regions())
def test_spans_say_exactly_which_pictures_are_covered(drawn: tuple[list[KeyFrame], list[float]]) -> None:
    frames, film = drawn
    said = {one for first, last in spans_of(frames, len(film)) for one in range(first, last + 1)}
    assert said == {number for number, second in enumerate(film) if covered_at(frames, film, second)}


@given(times, st.floats(-1, 300))
def test_the_nearest_picture_is_the_nearest(film: list[float], second: float) -> None:
    found = abs(film[nearest(film, second)] - second)
    assert all(found <= abs(one - second) for one in film)
    assert at_picture(film, film[0], 0.001) == film[0]


def test_the_page_is_held_to_the_same_examples() -> None:
    for one in json.loads((Path(__file__).parent / "boxes.json").read_text()):
        frames = [KeyFrame(picture, Box(*box), ends) for picture, box, ends in one["frames"]]
        covered = [
            [[list(found.box), found.how] for found in covered_at(frames, one["times"], at)] for at in one["times"]
        ]
        assert covered == one["covered"], one["name"]
        assert [list(span) for span in spans_of(frames, len(one["times"]))] == one["spans"]
