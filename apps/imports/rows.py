"""One row of a file, read by the chosen columns: values in our units, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.accounts.models import normalize_email
from apps.cameras.details import CameraDetails, assumed_values
from apps.cameras.places import is_in_bounds
from apps.cameras.states import Recording
from apps.core import text
from apps.core.errors import InvalidInput
from apps.imports import values
from apps.imports.problems import ERROR, WARNING, Problem
from apps.partners.models import PartnerKind
from apps.specifications.answers import Clock, Premises

SITE_MAX, ADDRESS_MAX, OWNER_MAX, ID_MAX = 80, 200, 120, 200
_RENAMED = {"range_m": "range", "retention_hours": "retention"}


@dataclass(slots=True)
class Reading:
    """A row's values. `stated` are those of `CameraDetails.checked` that the row itself gives; `silent` and the
    problems `if_new` count only where the row speaks of no camera that is registered already.
    """

    stated: dict[str, Any] = field(default_factory=dict)
    silent: dict[str, Any] = field(default_factory=dict)
    camera_id: str = ""
    external_id: str = ""
    site: str = ""
    address: str = ""
    owner: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    if_new: list[Problem] = field(default_factory=list)
    fix: str = ""  # the choice for the whole file that would mend this row

    def all_problems(self, *, known: bool) -> list[Problem]:
        """Those of a row about a camera that is registered already, or about a new one."""
        return self.problems if known else [*self.problems, *self.if_new]

    def is_wrong(self, *, known: bool) -> bool:
        return any(problem.level == ERROR for problem in self.all_problems(known=known))

    def find(self, field: str, code: str, level: str = ERROR, **params: Any) -> None:
        """Note a problem."""
        self.problems.append(Problem(field, code, level, params))


def read_row(
    cells: Sequence[str], mapping: dict[str, int], choices: dict[str, Any], *, number: int, width: int, owners: bool
) -> Reading:
    """Read one row. Never raises: what is wrong stands in `problems`."""
    reading = Reading()
    if len([cell for cell in cells[width:] if cell.strip()]):
        reading.find("", "too_many_cells")
    row = _Row(cells, mapping, reading)
    reading.camera_id = row.text("camera_id", ID_MAX)
    reading.external_id = row.text("external_id", ID_MAX)
    reading.site = row.text("site", SITE_MAX) or str(choices.get("site") or "")
    reading.address = row.text("address", ADDRESS_MAX)
    _read_place(row, choices)
    _read_view(row, choices)
    _read_rest(row)
    if not row.cell("name"):
        reading.silent["name"] = f"Camera {number}"
        reading.if_new.append(Problem("name", "no_name", WARNING, {"name": reading.silent["name"]}))
    if owners:
        _read_owner(row)
    if not reading.is_wrong(known=False):
        _check(reading)
    return reading


def assumed(choices: dict[str, Any]) -> dict[str, Any]:
    """What a new camera gets where its row is silent."""
    return assumed_values(
        field_of_view=float(choices["field_of_view"]),
        range_m=float(choices["range_ft"]) * values.FEET,
        retention_days=float(choices["retention_days"]),
    )


class _Row:
    """Cells by field, each parsed where it stands; a cell that cannot be is a problem of its column."""

    def __init__(self, cells: Sequence[str], mapping: dict[str, int], reading: Reading) -> None:
        self._cells, self._mapping, self.reading = cells, mapping, reading

    def cell(self, name: str) -> str:
        place = self._mapping.get(name)
        if place is None or place >= len(self._cells):
            return ""
        return self._cells[place].strip()

    def text(self, name: str, most: int) -> str:
        try:
            return text.line(self.cell(name), field=name, most=most, required=False)
        except InvalidInput as error:
            self.reading.find(name, "service", sentence=str(error.message))
            return ""

    def parse(self, name: str, parse: Callable[[str], Any]) -> Any:
        """The cell's value, None where it is empty or wrong."""
        cell = self.cell(name)
        if not cell:
            return None
        try:
            return parse(cell)
        except values.CellProblem as problem:
            self.reading.find(name, problem.code, **problem.params)
            return None

    def state(self, name: str, parse: Callable[[str], Any], *, key: str = "") -> None:
        value = self.parse(name, parse)
        if value is not None:
            self.reading.stated[key or name] = value

    def state_answer(self, name: str) -> None:
        """Yes, no, or that it is not known, which an empty cell does not say."""
        if values.is_unknown(self.cell(name)):
            self.reading.stated[name] = None
        else:
            self.state(name, values.yes)


def _read_place(row: _Row, choices: dict[str, Any]) -> None:
    reading = row.reading
    if kind := row.cell("geometry"):
        reading.find("geometry", "not_a_point", kind=kind[:40])
        return
    latitude, longitude = row.parse("latitude", values.coordinate), row.parse("longitude", values.coordinate)
    if latitude is None and longitude is None and row.cell("lat_lng"):
        latitude, longitude = row.parse("lat_lng", values.coordinates) or (None, None)
    if latitude is None or longitude is None:
        # A camera that is registered already keeps its place.
        if not reading.problems:
            reading.if_new.append(Problem("latitude", "no_place"))
        return
    if latitude == 0 and longitude == 0:
        reading.find("latitude", "null_island")
        return
    if not is_in_bounds(latitude, longitude):
        if is_in_bounds(longitude, latitude):
            if choices.get("swap"):
                latitude, longitude = longitude, latitude
            else:
                reading.fix = "swap"
                reading.find("latitude", "swapped")
        elif is_in_bounds(latitude, -longitude):
            if choices.get("negate"):
                longitude = -longitude
            else:
                reading.fix = "negate"
                reading.find("longitude", "sign")
        else:
            reading.find("latitude", "out_of_bounds", WARNING)
    reading.stated |= {"latitude": latitude, "longitude": longitude}


def _read_view(row: _Row, choices: dict[str, Any]) -> None:
    reading = row.reading
    direction = row.parse("bearing", values.bearing)
    if direction == values.ALL_ROUND:
        reading.stated |= {"bearing": 0.0, "field_of_view": 360.0}
    else:
        if direction is not None:
            reading.stated["bearing"] = direction
        row.state("field_of_view", values.number)
        if not row.cell("bearing"):
            reading.silent |= {"bearing": 0.0, "field_of_view": 360.0}
            reading.if_new.append(Problem("bearing", "no_direction", WARNING))
    row.state("range", lambda one: values.meters(one, choices["range_unit"]), key="range_m")
    row.state("retention", lambda one: values.hours(one, choices["retention_unit"]), key="retention_hours")


def _read_rest(row: _Row) -> None:
    if name := row.cell("name"):
        row.reading.stated["name"] = name
    if notes := row.cell("notes"):
        row.reading.stated["notes"] = notes
    for name in ("records_sound", "night_view", "sign_posted", "keeps_off_private"):
        row.state_answer(name)
    row.state("picture_height", _picture_height)
    row.state("frame_rate", values.number)
    more = {"motion": "event", "events": "event", "24/7": "continuous", "always": "continuous", "movimiento": "event"}
    row.state("recording", lambda one: values.choice(one, Recording, more))
    row.state("clock", lambda one: values.choice(one, Clock))
    row.state("premises", lambda one: values.choice(one, Premises))


def _picture_height(cell: str) -> int:
    """Pixels, from “1080”, “1080p”, “1920x1080” or “4K”."""
    known = {"4k": 2160, "2k": 1440, "hd": 720, "full hd": 1080, "fhd": 1080, "uhd": 2160}
    word = cell.strip().casefold()
    if word in known:
        return known[word]
    last = word.replace("×", "x").split("x")[-1].strip().removesuffix("p").strip()
    return round(values.number(last))


def _read_owner(row: _Row) -> None:
    reading = row.reading
    kinds = {"home": "resident", "residence": "resident", "residential": "resident", "casa": "resident",
             "commercial": "business", "company": "business", "hoa": "association"}  # fmt: skip
    email = normalize_email(row.cell("owner_email"))
    if not email:
        reading.find("owner_email", "no_owner")
    else:
        try:
            validate_email(email)
            if len(email) > 254:
                raise ValidationError("long")
        except ValidationError:
            reading.find("owner_email", "bad_email")
    language = row.cell("owner_language").strip().casefold()[:2]
    reading.owner = {
        "email": email,
        "name": row.text("owner_name", OWNER_MAX),
        "phone": row.text("owner_phone", 40),
        "kind": row.parse("owner_kind", lambda one: values.choice(one, PartnerKind, kinds)) or PartnerKind.RESIDENT,
        "language": language if language in dict(settings.LANGUAGES) else "",
    }


def _check(reading: Reading) -> None:
    """Let the cameras' own check speak of each value that the row states."""
    try:
        CameraDetails.checked(**(_SOME_CAMERA | reading.silent | reading.stated))
    except InvalidInput as error:
        for name, sentence in (error.fields or {"": error.message}).items():
            reading.find(_RENAMED.get(name, name), "service", sentence=str(sentence))


_SOME_CAMERA: dict[str, Any] = {
    "name": "-",
    "latitude": 0.0,
    "longitude": 0.0,
    "bearing": 0.0,
    "field_of_view": 90.0,
    "range_m": 18.0,
    "retention_hours": 168,
}


def new_details(reading: Reading, choices: dict[str, Any]) -> CameraDetails:
    """The details of a new camera: what the row states, and what is assumed. Raises InvalidInput."""
    return CameraDetails.checked(**new_values(reading, choices))


def new_values(reading: Reading, choices: dict[str, Any]) -> dict[str, Any]:
    """The same as plain values, which a pre-registered camera keeps until its owner accepts."""
    return assumed(choices) | reading.silent | reading.stated


__all__ = ["Reading", "new_details", "new_values", "read_row"]
