"""The geometry of a chart: lines through days that follow each other. A day without a figure breaks the line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from apps.program.measures import Measure, Unit

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Point:
    """A day's figure, and of how many things it is made."""

    day: date
    value: float | None
    base: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of `width` by `height` units. `lines` are the points of polylines, `dots` days that stand alone.

    `target_y` is where the target's line runs. The scale begins at zero and ends at `top`. `gaps` counts the days
    between the first and the last figure that have none.
    """

    width: int
    height: int
    lines: list[str]
    dots: list[tuple[float, float]]
    target_y: float | None
    top: float
    since: date
    until: date
    gaps: int
    first: Point | None
    last: Point | None


def draw(
    measure: Measure,
    points: Iterable[Point],
    *,
    since: date,
    until: date,
    target: float | None = None,
    width: int = 320,
    height: int = 72,
) -> Chart:
    """The chart of these days. Points come in the order of days."""
    known = [point for point in points if point.value is not None and since <= point.day <= until]
    values = [point.value for point in known if point.value is not None]
    top = 100.0 if measure.unit == Unit.PERCENT else max([*values, target or 0, 1.0]) * 1.1
    span = max((until - since).days, 1)

    def place(point: Point) -> tuple[float, float]:
        return round((point.day - since).days / span * width, 1), _height(point.value or 0, top, height)

    lines, dots = [], []
    for run in _runs(known):
        if len(run) == 1:
            dots.append(place(run[0]))
        else:
            lines.append(" ".join(f"{x},{y}" for x, y in map(place, run)))
    days = (known[-1].day - known[0].day).days + 1 if known else 0
    return Chart(
        width=width,
        height=height,
        lines=lines,
        dots=dots,
        target_y=None if target is None else _height(target, top, height),
        top=top,
        since=since,
        until=until,
        gaps=days - len(known),
        first=known[0] if known else None,
        last=known[-1] if known else None,
    )


def each_day(points: Iterable[Point], since: date, until: date) -> list[Point]:
    """All days, the newest first; those without a row have no figure."""
    by_day = {point.day: point for point in points}
    days = ((until - timedelta(days=number)) for number in range((until - since).days + 1))
    return [by_day.get(day, Point(day, None)) for day in days]


def _runs(points: list[Point]) -> list[list[Point]]:
    """Days that follow each other, together."""
    runs: list[list[Point]] = []
    for point in points:
        if runs and point.day - runs[-1][-1].day == ONE_DAY:
            runs[-1].append(point)
        else:
            runs.append([point])
    return runs


def _height(value: float, top: float, height: int) -> float:
    return round(height * (1 - min(value, top) / top), 1)
