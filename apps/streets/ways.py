"""What a file of streets holds, whatever its format: plain values, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput
from apps.streets.models import Way

Point = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""

MOST_POINTS = 20_000  # of one line
MOST_SPAN = 5.0  # degrees: nothing in a city is longer
_NAME_MOST = 120


class StreetsUnreadable(InvalidInput):
    """The file is no street file that we understand; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Side:
    """House numbers along one side, in the direction of the line; either may be the larger."""

    first: int
    last: int

    def holds(self, number: int) -> bool:
        """Whether the number is on this side: within, and even or odd as the ends are."""
        low, high = sorted((self.first, self.last))
        same = (self.first - self.last) % 2 == 0
        return low <= number <= high and (not same or (number - low) % 2 == 0)


@dataclass(frozen=True, slots=True)
class Road:
    """One line of a road. `way` is none where the file does not say; `draw` is false where a file says no classes."""

    name: str
    line: tuple[Point, ...]
    way: Way | None = None
    left: Side | None = None
    right: Side | None = None
    locality: str = ""
    draw: bool = True


@dataclass(frozen=True, slots=True)
class Ground:
    """A surface under the roads: `water` or `park`, with its rings."""

    kind: str
    name: str
    rings: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A name at a point: a neighborhood, a town, a campus."""

    name: str
    point: Point


Feature = Road | Ground | Label


def checked_line(points: Sequence[Sequence[float]]) -> tuple[Point, ...] | None:
    """The line, to about ten centimeters and without repeated points; None for one that cannot be on a city's map.

    That is: fewer than two points, one off the map, or a jump wider than MOST_SPAN (as across the antimeridian).
    """
    if len(points) > MOST_POINTS:
        return None
    line: list[Point] = []
    for longitude, latitude, *_rest in points:
        if not (math.isfinite(longitude) and math.isfinite(latitude)) or abs(longitude) > 180 or abs(latitude) > 85:
            return None
        point = (round(float(longitude), 6), round(float(latitude), 6))
        if not line or point != line[-1]:
            line.append(point)
    if len(line) < 2:
        return None
    longitudes, latitudes = [x for x, _y in line], [y for _x, y in line]
    if max(longitudes) - min(longitudes) > MOST_SPAN or max(latitudes) - min(latitudes) > MOST_SPAN:
        return None
    return tuple(line)


def checked_name(value: object) -> str:
    """A name without control characters, at most 120 characters; empty for none."""
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in str(value or "")).split())
    return text[:_NAME_MOST]


def side(first: object, last: object) -> Side | None:
    """House numbers of a side; None where either is missing or no plain number (“12-A”)."""
    numbers = [str(value or "").strip() for value in (first, last)]
    if not all(text.isascii() and text.isdigit() and len(text) <= 6 for text in numbers):
        return None
    return Side(int(numbers[0]), int(numbers[1]))


def unreadable(sentence: str) -> StreetsUnreadable:
    """The refusal, ready to raise."""
    return StreetsUnreadable(sentence or _("This file cannot be read as streets."), code="streets")
