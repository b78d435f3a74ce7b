"""One row of a source: which of its columns say what, and the feature that they make."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput
from apps.imports.columns import normalized
from apps.imports.values import ALL_ROUND, CellProblem, bearing, coordinate, number
from apps.layers.reading.problems import RowProblem, check_near
from apps.layers.reading.shapes import Shape
from apps.layers.states import FeatureStatus, Geometry

_NAMES: dict[str, tuple[str, ...]] = {
    "key": (
        "key",
        "globalid",
        "uuid",
        "guid",
        "asset id",
        "device id",
        "camera id",
        "site id",
        "objectid",
        "fid",
        "id",
    ),
    "number": ("number", "camera number", "cam no", "camera no", "no", "nr", "asset number", "site number", "numero"),
    "name": ("name", "camera name", "site name", "title", "label", "location", "intersection", "description", "nombre"),
    "status": ("status", "state", "condition", "operational", "online", "in service", "estado"),
    "direction": ("direction", "bearing", "heading", "facing", "azimuth", "direccion de vista", "rumbo"),
    "field_of_view": ("field of view", "fov", "view angle", "angle"),
    "updated_at": ("updated", "updated at", "last update", "last updated", "last edited date", "editdate", "timestamp"),
    "latitude": ("latitude", "lat", "y", "latitud"),
    "longitude": ("longitude", "lon", "lng", "long", "x", "longitud"),
}
# A file with such a column holds what readers saw. Nothing of it is kept.
_PLATES = (
    "plate", "plates", "license plate", "licence plate", "plate number", "plate no", "plate num", "plate text",
    "license number", "lp", "lpn", "vrm", "vrn", "hot list", "hotlist", "hit", "hits", "matricula", "placa",
)  # fmt: skip
_ACTIVE = {
    "active",
    "online",
    "on",
    "up",
    "ok",
    "working",
    "operational",
    "in service",
    "yes",
    "true",
    "1",
    "open",
    "activo",
}
_INACTIVE = {"inactive", "offline", "off", "down", "broken", "failed", "out of service", "no", "false", "0", "closed",
             "not working", "maintenance", "retired", "not active", "inactivo"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """A feature as its source describes it. Degrees; `updated_at` is an instant as ISO text, or empty.

    `shape` are the coordinates of a line or an area as text, so that equal shapes are equal texts.
    """

    key: str
    number: str
    name: str
    status: str
    direction: float | None
    field_of_view: float | None
    latitude: float
    longitude: float
    updated_at: str
    geometry: str = Geometry.POINT
    shape: str = ""
    size: float | None = None

    def as_row(self) -> list[Any]:
        """As it is kept until somebody decides."""
        return list(asdict(self).values())

    @property
    def title(self) -> str:
        return " ".join(part for part in (self.number, self.name) if part) or self.key


class Columns:
    """Which column of a file says what."""

    def __init__(self, header: Sequence[str]) -> None:
        """Raises InvalidInput for a file with a column of license plates."""
        names = [normalized(name) for name in header]
        for place, name in enumerate(names):
            if name in _PLATES:
                raise _plates(header[place])
        there = {name: place for place, name in reversed(list(enumerate(names)))}
        self._places = {
            role: next((there[name] for name in known if name in there), None) for role, known in _NAMES.items()
        }

    def cell(self, cells: Sequence[str], role: str) -> str:
        """What the row says, or nothing."""
        place = self._places[role]
        return cells[place].strip() if place is not None and place < len(cells) else ""

    @property
    def has_place(self) -> bool:
        return self._places["latitude"] is not None and self._places["longitude"] is not None


def feature_of(columns: Columns, cells: Sequence[str], *, shaped: Callable[[str], Shape] | None = None) -> Found:
    """The feature of a row. `shaped` makes the shape of one that is no point, given its key. Raises RowProblem."""
    said = columns.cell(cells, "key") or columns.cell(cells, "number")
    key = _line(said, 80)
    shape = shaped(key) if shaped else None
    if shape is not None:
        latitude, longitude = shape.latitude, shape.longitude
    else:
        latitude, longitude = _place(columns.cell(cells, "latitude"), columns.cell(cells, "longitude"), key)
    # A line or an area looks nowhere.
    direction, width = _direction("" if shape else columns.cell(cells, "direction"))
    return Found(
        key=key or f"{latitude:.5f},{longitude:.5f}",
        number=_line(columns.cell(cells, "number"), 40),
        name=_line(columns.cell(cells, "name"), 120),
        status=_status(columns.cell(cells, "status")),
        direction=direction,
        field_of_view=None if shape else width or _width(columns.cell(cells, "field_of_view")),
        latitude=latitude,
        longitude=longitude,
        updated_at=_instant(columns.cell(cells, "updated_at")),
        geometry=shape.geometry if shape else Geometry.POINT,
        shape=shape.coordinates if shape else "",
        size=shape.size if shape else None,
    )


def _place(latitude: str, longitude: str, key: str) -> tuple[float, float]:
    if not latitude or not longitude:
        raise RowProblem("no_place", key)
    try:
        north, east = coordinate(latitude), coordinate(longitude)
    except CellProblem as error:
        raise RowProblem("bad_place", key) from error
    if not (abs(north) <= 90 and abs(east) <= 180):
        raise RowProblem("bad_place", key)
    check_near(north, east, key)
    return round(north, 6), round(east, 6)


def _direction(cell: str) -> tuple[float | None, float | None]:
    """Direction and, for a view all round, its width. What is no direction is none: the place is worth more."""
    if not cell:
        return None, None
    try:
        value = bearing(cell)
    except CellProblem:
        return None, None
    return (None, 360.0) if value == ALL_ROUND else (round(value, 1), None)


def _width(cell: str) -> float | None:
    try:
        value = number(cell) if cell else math.nan
    except CellProblem:
        return None
    return round(value, 1) if 1 <= value <= 360 else None


def _status(cell: str) -> str:
    said = normalized(cell)
    if said in _ACTIVE:
        return FeatureStatus.ACTIVE
    return FeatureStatus.INACTIVE if said in _INACTIVE else FeatureStatus.UNKNOWN


def _instant(cell: str) -> str:
    """ISO text of an instant; from seconds or milliseconds since 1970 too. Nothing for what is none."""
    try:
        if cell.isdigit() and 9 <= len(cell) <= 13:
            seconds = int(cell) / (1000 if len(cell) > 10 else 1)
            return datetime.fromtimestamp(seconds, UTC).isoformat()
        day = parse_date(cell)
        moment = parse_datetime(cell) or (datetime(day.year, day.month, day.day) if day else None)  # noqa: DTZ001
    except (ValueError, OverflowError):
        return ""
    # At the ends of the calendar a time has no UTC, and none in the reader's zone.
    if moment is None or not 1900 <= moment.year <= 2200:
        return ""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()


def _line(text: str, most: int) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:most]


def _plates(column: str) -> InvalidInput:
    sentence = _(
        "This file has a column of license plates or hits (“%(column)s”). The portal keeps where a reader stands, never"
        " what it read. Take the column out, then try again. Nothing of this file was kept."
    ) % {"column": column.strip()[:40]}
    return InvalidInput(sentence, fields={"file": sentence}, code="plates")
