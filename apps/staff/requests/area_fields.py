"""The places of a request as a form asks for them: polygons, circles and corridors, from the map or without it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.geo.areas import MAX_PLACES, NAME_MAX
from apps.geo.units import to_feet, to_meters
from apps.staff.requests.window_fields import more_fields
from apps.streets.along import line_along

if TYPE_CHECKING:
    from apps.staff.requests.forms import AreaWindowForm

# The ends of the names of the fields of each place.
PLACES = ("", *(f"_{number}" for number in range(2, MAX_PLACES + 1)))
SAY_WHERE = ("polygon", "corridor", "latitude", "longitude", "radius_ft", "street", "number_from", "number_to")
_HOW: dict[str, Any] = {"place_name": "", "shape": "circle", "side_ft": 100}
NAMES = (*_HOW, *SAY_WHERE)
_TIMES = [f"{part}_{name}" for part in ("start", "end") for name in ("date", "time", "which")]


def _decimal(label: Any, **more: str) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal", **more})
    return forms.FloatField(label=label, required=False, widget=widget)


def _house(label: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=999_999, widget=widget)


def _line(label: Any, most: int) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=False, max_length=most, widget=widget)


def _hidden(label: Any, most: int) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=forms.HiddenInput, max_length=most)


def area_fields() -> dict[str, forms.Field]:
    """The fields of every place, by name. A polygon comes from the map; all others need none."""
    fields: dict[str, forms.Field] = {}
    for behind in PLACES:
        mine: dict[str, forms.Field] = {
            "shape": forms.ChoiceField(
                choices=[("circle", "circle"), ("polygon", "polygon"), ("corridor", "corridor")],
                widget=forms.HiddenInput,
                initial=_HOW["shape"],
                required=not behind,
            ),
            "polygon": _hidden(gettext_lazy("Area"), 60_000),
            "place_name": _line(gettext_lazy("Name of this place"), NAME_MAX),
            "latitude": _decimal(gettext_lazy("Latitude")),
            "longitude": _decimal(gettext_lazy("Longitude")),
            "radius_ft": _decimal(gettext_lazy("Radius in feet"), min="1"),
            "corridor": _hidden(gettext_lazy("Line"), 20_000),
            "street": _line(gettext_lazy("Street"), 120),
            "number_from": _house(gettext_lazy("From house number")),
            "number_to": _house(gettext_lazy("To house number")),
            "side_ft": _decimal(gettext_lazy("Feet to each side"), min="10"),
        }
        mine["side_ft"].initial = _HOW["side_ft"]
        fields |= {f"{name}{behind}": field for name, field in mine.items()}
    return fields


def says_where(data: Mapping[str, Any], behind: str) -> bool:
    """Whether something is filled in of this place."""
    return any(data.get(f"{name}{behind}") not in (None, "") for name in SAY_WHERE)


def without_gaps(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was posted, the places that are filled in first, so that numbers count what is there."""
    given = dict(data.items())
    filled = [behind for behind in PLACES if says_where(given, behind)]
    if filled == list(PLACES[: len(filled)]):
        return given
    ordered = [*filled, *(behind for behind in PLACES if behind not in filled)]
    moved = {
        f"{name}{behind}": data.get(f"{name}{before}", _HOW.get(name, ""))
        for behind, before in zip(PLACES, ordered, strict=True)
        for name in NAMES
    }
    return given | moved


def without_place(data: Mapping[str, Any], number: str) -> dict[str, Any]:
    """What was posted without the place of this number; those behind it move up."""
    behind = "" if number == "1" else f"_{number}"
    return without_gaps(dict(data.items()) | {f"{name}{behind}": _HOW.get(name, "") for name in NAMES})


def area_in(form: AreaWindowForm, cleaned: Mapping[str, Any]) -> dict[str, Any] | None:
    """The area of a form, for `geo.parse_area`; None where a place has an error, which stands beside its field."""
    parts: list[dict[str, Any] | None] = []
    for behind in PLACES:
        typed = any(f"{name}{behind}" in form.errors for name in NAMES)
        if behind and not typed and not says_where(cleaned, behind):
            continue
        mine = {name: cleaned.get(f"{name}{behind}") for name in NAMES}
        part = _place_in(form, mine, behind)
        name = " ".join((mine["place_name"] or "").split())
        parts.append({**part, "name": name} if part and name else part)
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return None
    if len(whole) == 1:
        return {key: value for key, value in whole[0].items() if key != "name"}
    return {"type": "Several", "parts": whole}


def _place_in(form: AreaWindowForm, mine: Mapping[str, Any], behind: str) -> dict[str, Any] | None:
    if mine["shape"] == "polygon":
        try:
            return dict(json.loads(mine["polygon"] or ""))
        except (ValueError, TypeError, RecursionError):
            form.add_error(f"polygon{behind}", _("Draw the area on the map, or give a center and a radius."))
            return None
    if mine["shape"] == "corridor" or (mine["street"] and not mine["radius_ft"]):
        return _corridor_in(form, mine, behind)
    if any(f"{name}{behind}" in form.errors for name in ("longitude", "latitude", "radius_ft")):
        return None
    longitude, latitude, radius = mine["longitude"], mine["latitude"], mine["radius_ft"]
    if longitude is None or latitude is None or radius is None:
        form.add_error(f"polygon{behind}", _("Draw the area on the map, or give a center and a radius."))
        return None
    return {"type": "Circle", "center": [longitude, latitude], "radius_m": to_meters(radius)}


def _corridor_in(form: AreaWindowForm, mine: Mapping[str, Any], behind: str) -> dict[str, Any] | None:
    """From a line that was drawn, else from a street and house numbers."""
    if f"side_ft{behind}" in form.errors:
        return None
    side_m = to_meters(mine["side_ft"] or _HOW["side_ft"])
    if drawn := mine["corridor"]:
        try:
            line = list(json.loads(drawn))
        except (ValueError, TypeError, RecursionError):
            form.add_error(f"polygon{behind}", _("Draw the line on the map again, or name a street."))
            return None
        return {"type": "Corridor", "line": line, "side_m": side_m}
    if not mine["street"]:
        form.add_error(f"polygon{behind}", _("Draw a line on the map, or name a street and its house numbers."))
        return None
    numbers = [mine[name] for name in ("number_from", "number_to") if mine[name] is not None]
    line = line_along(mine["street"], min(numbers, default=None), max(numbers, default=None))
    if not line:
        sentence = _("No such street, or no such house numbers on it. Try the street without numbers.")
        form.add_error(f"street{behind}", sentence)
        return None
    return {"type": "Corridor", "line": [list(point) for point in line], "side_m": side_m}


def area_shown(area: Mapping[str, Any]) -> dict[str, Any]:
    """A stored area as the form shows it: every field of every place, so that it takes the place of what was there."""
    parts = area["parts"] if area.get("type") == "Several" else [area]
    shown: dict[str, Any] = {}
    for behind, part in zip(PLACES, [*parts, *[None] * len(PLACES)], strict=False):
        mine = dict.fromkeys(SAY_WHERE, "") | _HOW | (_place_shown(part) if part else {})
        shown |= {f"{name}{behind}": value for name, value in mine.items()}
    return shown


def _place_shown(part: Mapping[str, Any]) -> dict[str, Any]:
    named = {"place_name": part.get("name", "")}
    if part.get("type") == "Circle":
        longitude, latitude = part["center"]
        radius = to_feet(part["radius_m"])
        return named | {"shape": "circle", "latitude": latitude, "longitude": longitude, "radius_ft": radius}
    if part.get("type") == "Corridor":
        return named | {
            "shape": "corridor",
            "corridor": json.dumps(part["line"]),
            "side_ft": to_feet(part["side_m"]),
        }
    drawn = {key: value for key, value in part.items() if key != "name"}
    return named | {"shape": "polygon", "polygon": json.dumps(drawn)}


def proposed_values(posted: str) -> dict[str, str]:
    """What a button that takes a proposal posts: the values of fields of places and times, and of nothing else."""
    try:
        values = dict(json.loads(posted))
    except (ValueError, TypeError, RecursionError):
        return {}
    known = {*area_fields(), *more_fields(), *_TIMES}
    return {name: value for name, value in values.items() if name in known and isinstance(value, str)}
