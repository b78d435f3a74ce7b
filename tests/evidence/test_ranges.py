"""Byte ranges: what a Range header asks for, and how much of it one answer gives."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.evidence.ranges import PIECE_MAX, Part, Unsatisfiable, part_of


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-1000", (90, 100)),
        ("bytes=-5", (95, 100)),
        ("bytes=-500", (0, 100)),
    ],
)
def test_one_range_is_understood(header: str, part: tuple[int, int]) -> None:
    assert part_of(header, 100) == Part(*part, 100)


@pytest.mark.parametrize("header", ["", "bytes=-", "bytes=5-4", "bytes=0-1,5-6", "lines=0-5", "bytes=a-b", "bytes=٣-٤"])
def test_what_is_malformed_or_manifold_is_ignored(header: str) -> None:
    assert part_of(header, 100) is None


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=9999999999999999999-"])
def test_a_range_outside_is_unsatisfiable(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(header, 100)


def test_an_empty_thing_has_no_range() -> None:
    with pytest.raises(Unsatisfiable):
        part_of("bytes=0-", 0)


@given(st.integers(0, 2**40), st.integers(0, 2**40), st.integers(1, 2**40))
def test_an_answer_is_bounded_and_lies_inside(first: int, last: int, size: int) -> None:
    try:
        part = part_of(f"bytes={first}-{last}", size)
    except Unsatisfiable:
        assert first >= size
        return
    if part is None:
        assert last < first
        return
    assert part.start == first
    assert 0 < part.end - part.start <= PIECE_MAX
    assert part.end <= min(size, last + 1)


@given(st.text(max_size=40))
def test_no_header_breaks_it(header: str) -> None:
    with contextlib.suppress(Unsatisfiable):
        part_of(header, 1000)
