"""Which column says what: the Census Bureau's names, those that GIS offices use, and plain ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from apps.streets.models import Way
from apps.streets.ways import Feature, Ground, Label, Road, checked_line, checked_name, side

_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("fullname", "full_name", "fullstname", "street_name", "streetname", "st_name", "name", "street", "label"),
    "class": ("mtfcc", "class", "highway", "road_class", "func_class", "way"),
    "kind": ("kind",),
    "left_from": ("lfromhn", "fromaddr_l", "left_from", "l_f_add", "l_from", "fraddl", "lfrom"),
    "left_to": ("ltohn", "toaddr_l", "left_to", "l_t_add", "l_to", "toaddl", "lto"),
    "right_from": ("rfromhn", "fromaddr_r", "right_from", "r_f_add", "r_from", "fraddr", "rfrom"),
    "right_to": ("rtohn", "toaddr_r", "right_to", "r_t_add", "r_to", "toaddr", "rto"),
    "locality": ("zipl", "zip_left", "zip_l", "zip", "zipcode", "zip_code", "postcode", "city", "municipality"),
}
# Census feature classes, OpenStreetMap's and plain words.
_WAYS: dict[str, Way] = {
    "s1100": Way.FREEWAY, "motorway": Way.FREEWAY, "trunk": Way.FREEWAY, "interstate": Way.FREEWAY,
    "freeway": Way.FREEWAY,
    "s1200": Way.MAIN, "primary": Way.MAIN, "arterial": Way.MAIN, "principal arterial": Way.MAIN, "main": Way.MAIN,
    "s1630": Way.CONNECTOR, "secondary": Way.CONNECTOR, "tertiary": Way.CONNECTOR, "collector": Way.CONNECTOR,
    "minor arterial": Way.CONNECTOR, "connector": Way.CONNECTOR,
    "s1400": Way.LOCAL, "residential": Way.LOCAL, "local": Way.LOCAL, "unclassified": Way.LOCAL, "street": Way.LOCAL,
}  # fmt: skip
_OTHER = ("s15", "s16", "s17", "s18", "service", "path", "footway", "track", "cycleway", "private", "other")


class Columns:
    """The columns of one file, by what they say."""

    def __init__(self, names: Iterable[str]) -> None:
        there = {name.casefold(): name for name in names}
        self._by_role = {
            role: next((there[name] for name in known if name in there), None) for role, known in _COLUMNS.items()
        }

    def value(self, row: Mapping[str, Any], role: str) -> Any:
        """What the row says, or None."""
        column = self._by_role[role]
        return row.get(column) if column else None

    @property
    def says_class(self) -> bool:
        return self._by_role["class"] is not None


def features(columns: Columns, row: Mapping[str, Any], shape: str, parts: Sequence[Any]) -> Iterator[Feature]:
    """What one row of a file is: its lines, its surface, or its label. `parts` are lists of points."""
    name = checked_name(columns.value(row, "name"))
    said = str(columns.value(row, "class") or "").strip().casefold()
    kind = str(columns.value(row, "kind") or "").strip().casefold()
    if shape == "line":
        yield from _roads(columns, row, name, said, parts)
    elif shape == "polygon" and (surface := _surface(kind, said)):
        rings = tuple(ring for part in parts if (ring := checked_line(part)) and len(ring) > 3)
        if rings:
            yield Ground(surface, name, rings)
    elif shape == "point" and name and parts:
        longitude, latitude = parts[0][:2]
        if abs(longitude) <= 180 and abs(latitude) <= 85:
            yield Label(name, (float(longitude), float(latitude)))


def _roads(columns: Columns, row: Mapping[str, Any], name: str, said: str, parts: Sequence[Any]) -> Iterator[Road]:
    left = side(columns.value(row, "left_from"), columns.value(row, "left_to"))
    right = side(columns.value(row, "right_from"), columns.value(row, "right_to"))
    locality = checked_name(columns.value(row, "locality"))[:40]
    for part in parts:
        if line := checked_line(part):
            yield Road(
                name=name,
                line=line,
                way=way_of(said),
                left=left,
                right=right,
                locality=locality,
                draw=columns.says_class,
            )


def way_of(said: str) -> Way | None:
    """The class that a file names; None where it names none that we know."""
    if said in _WAYS:
        return _WAYS[said]
    return Way.OTHER if said.startswith(_OTHER) else None


def _surface(kind: str, said: str) -> str:
    if kind in ("water", "park"):
        return kind
    if said.startswith("h"):
        return "water"
    return "park" if said in ("k2180", "k2181", "k2182", "k2183", "k2184", "k2185", "k2186", "k2190") else ""
