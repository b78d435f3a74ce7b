"""Where a redaction covers a film: boxes between key frames, by the times of its pictures. Pure; no decoder, no Django.

A region is drawn in some pictures of a film. In between, its box moves in a straight line, by time and not by number,
because pictures of a film are not equally far apart. Before the first picture, after the last one, and around each gap
the box is held for one picture: whoever draws sees the thing a picture late, or loses it a picture early.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in pixels of the upright picture, from its upper left corner."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column that is no longer in it."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row that is no longer in it."""
        return self.top + self.height


class KeyFrame(NamedTuple):
    """A box that somebody drew in a picture of the film, from 0. `ends`: the thing is not seen after this picture."""

    picture: int
    box: Box
    ends: bool = False


DRAWN, BETWEEN, HELD = "drawn", "between", "held"


class Covered(NamedTuple):
    """A box of one picture, and how it came there: DRAWN, BETWEEN two that are, or HELD beside one that is."""

    box: Box
    how: str


def runs_of_frames(frames: Sequence[KeyFrame]) -> Iterator[Sequence[KeyFrame]]:
    """The key frames from one gap to the next, in the order of their pictures."""
    begun = 0
    for place, frame in enumerate(frames):
        if frame.ends or place == len(frames) - 1:
            yield frames[begun : place + 1]
            begun = place + 1


def covered_at(frames: Sequence[KeyFrame], times: Sequence[float], second: float) -> list[Covered]:
    """The boxes of a region at a second of the film, whose pictures begin at `times`.

    A second between two pictures of the film is that of a picture which only the original has. Two boxes where a gap is
    so short that both its sides are held over it.
    """
    return [found for run in runs_of_frames(frames) if (found := _in_run(run, times, second)) is not None]


def _in_run(run: Sequence[KeyFrame], times: Sequence[float], second: float) -> Covered | None:
    first, last = run[0], run[-1]
    begins = times[first.picture - 1] if first.picture > 0 else -math.inf
    ends = times[last.picture + 1] if last.picture + 1 < len(times) else math.inf
    if not begins <= second <= ends:
        return None
    if second < times[first.picture]:
        return Covered(first.box, HELD)
    if second > times[last.picture]:
        return Covered(last.box, HELD)
    for before, after in pairwise(run):
        if times[before.picture] < second < times[after.picture]:
            share = (second - times[before.picture]) / (times[after.picture] - times[before.picture])
            return Covered(_between(before.box, after.box, share), BETWEEN)
    return next(Covered(one.box, DRAWN) for one in run if times[one.picture] == second)


def _between(before: Box, after: Box, share: float) -> Box:
    """Part of the way from one box to the other, never smaller than what lies there: edges are rounded outward."""
    left = math.floor(before.left + (after.left - before.left) * share)
    top = math.floor(before.top + (after.top - before.top) * share)
    right = math.ceil(before.right + (after.right - before.right) * share)
    bottom = math.ceil(before.bottom + (after.bottom - before.bottom) * share)
    return Box(left, top, right - left, bottom - top)


def spans_of(frames: Sequence[KeyFrame], pictures: int) -> list[tuple[int, int]]:
    """First and last picture of each run of a region, held ones among them; runs that touch are one."""
    spans: list[tuple[int, int]] = []
    for run in runs_of_frames(frames):
        first, last = max(0, run[0].picture - 1), min(pictures - 1, run[-1].picture + 1)
        if spans and first <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


def nearest(times: Sequence[float], second: float) -> int:
    """The picture whose time is nearest to a second."""
    after = bisect_left(times, second)
    if after == 0:
        return 0
    if after == len(times):
        return after - 1
    return after if times[after] - second < second - times[after - 1] else after - 1


def at_picture(times: Sequence[float], second: float, within: float) -> float:
    """The time of the film's picture that this second means, where one lies so near; else the second itself."""
    found = times[nearest(times, second)]
    return found if abs(found - second) <= within else second
