"""The places of a request in words, and what a change did to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.geo import Area, line_length_m, parse_area, place_name
from apps.geo.units import area_in_words, length_in_words


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """One place as people read it: “Place 2 (back yard)” and “a circle with a radius of …”."""

    number: int
    name: str
    words: str


def places_shown(area: Mapping[str, Any]) -> list[PlaceShown]:
    """Every place of a stored area, in order."""
    return [
        PlaceShown(number, place_name(number, place.form.get("name", "")), place_in_words(place))
        for number, place in enumerate(parse_area(area).places, start=1)
    ]


def place_in_words(place: Area) -> str:
    """One place: its kind, its measures and its size."""
    form, size = place.form, area_in_words(place.area_m2)
    if form["type"] == "Circle":
        longitude, latitude = form["center"]
        return _("a circle with a radius of %(radius)s around %(latitude).5f, %(longitude).5f (%(size)s)") % {
            "radius": length_in_words(form["radius_m"]),
            "latitude": latitude,
            "longitude": longitude,
            "size": size,
        }
    if form["type"] == "Corridor":
        return _("%(length)s along a line, %(side)s to each side (%(size)s)") % {
            "length": length_in_words(line_length_m(form["line"])),
            "side": length_in_words(form["side_m"]),
            "size": size,
        }
    corners = len(form["coordinates"][0]) - 1
    return ngettext(
        "a polygon with %(count)d corner (%(size)s)", "a polygon with %(count)d corners (%(size)s)", corners
    ) % {"count": corners, "size": size}


def changed_places(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """For each place that is not as it was: its number in words, how it was and how it is. “–” stands for none.

    A place that only got another number, because one before it is gone, did not change.
    """
    old, new = ([*enumerate(parse_area(area).places, start=1)] for area in (before, now))
    alone = len(old) == len(new) == 1
    gone = [one for one in old if all(one[1].form != other.form for _number, other in new)]
    come = [one for one in new if all(one[1].form != other.form for _number, other in old)]
    # A place that kept its number was changed; the rest went or came.
    pairs = [(one, next((other for other in come if other[0] == one[0]), None)) for one in gone]
    taken = {other[0] for _one, other in pairs if other}
    free = [one for one in come if one[0] not in taken]
    for one, other in pairs:
        yield _told(one, other or (free.pop(0) if free else None), alone=alone)
    for other in free:
        yield _told(None, other, alone=alone)


def _told(before: tuple[int, Area] | None, now: tuple[int, Area] | None, *, alone: bool) -> tuple[str, str, str]:
    number = (now or before or (0,))[0]
    was, is_now = ("–" if one is None else _named(one[1]) for one in (before, now))
    if was == is_now:
        is_now = _("%(place)s, moved or reshaped") % {"place": is_now}
    return _("Area") if alone else place_name(number, ""), was, is_now


def _named(place: Area) -> str:
    name, words = place.form.get("name", ""), place_in_words(place)
    return f"{name}: {words}" if name else words
