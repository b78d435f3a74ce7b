"""Why a row of a source is no feature."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

# How far outside the city's bounds a place is still believed, in degrees: roads and agencies lead out of the city.
AROUND = 1.0

PROBLEMS: dict[str, Any] = {
    "no_place": _("It has no place."),
    "bad_place": _("Its place is no latitude and longitude."),
    "far": _("Its place is far away from the city."),
    "no_point": _("It is neither a point nor a line nor an area."),
    "bad_shape": _("Its shape cannot be read."),
    "many_corners": _("Its shape has too many corners. Simplify it."),
    "no_size": _("Its line has no length, or its area is empty."),
    "too_large": _("Its area is far larger than a city."),
    "antimeridian": _("It crosses the 180th meridian. Cut it there into two."),
    "twice": _("Another row has the same key."),
}


class RowProblem(Exception):
    """A row that is no feature: one of PROBLEMS, and the key of the row as far as it has one."""

    def __init__(self, code: str, key: str = "") -> None:
        super().__init__(code)
        self.code, self.key = code, key


def check_near(latitude: float, longitude: float, key: str) -> None:
    """Raises RowProblem for a place that is not in or near the city."""
    west, south, east, north = (float(edge) for edge in settings.PORTAL_BOUNDS)
    if not (south - AROUND <= latitude <= north + AROUND and west - AROUND <= longitude <= east + AROUND):
        raise RowProblem("far", key)


def problem_words(codes: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """How many rows were left out, and why, in words."""
    return [(str(PROBLEMS.get(code, code)), count) for code, count in codes]
