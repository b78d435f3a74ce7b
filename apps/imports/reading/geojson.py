"""GeoJSON as a table: its points' coordinates and its properties, one column each."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from apps.imports.models import FileFormat
from apps.imports.reading.refusals import refused
from apps.imports.reading.table import MOST_COLUMNS, MOST_IN_CELL, Table, column_words

GEOMETRY = "geometry"
_OWN = ("id", "latitude", "longitude", GEOMETRY)


def read_geojson(text: io.TextIOBase) -> Table:
    """The table of a FeatureCollection (or of one Feature). Raises InvalidInput.

    Numbers stay as they were written: NaN and 1e400 reach the row's own check and are refused there, with its number.
    """
    try:
        found = json.loads(text.read().lstrip("\ufeff"), parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError as error:
        raise refused("too_deep") from error
    except ValueError as error:
        raise refused("not_json") from error
    if isinstance(found, dict) and found.get("type") == "Feature":
        found = {"type": "FeatureCollection", "features": [found]}
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(found, dict) or found.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise refused("not_features")
    if not features:
        raise refused("no_rows")
    names = _names(features)
    return Table(FileFormat.GEOJSON, [*_OWN, *names], _rows(features, names))


def _names(features: list[Any]) -> list[str]:
    names: dict[str, None] = {}
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if isinstance(properties, dict):
            names.update(dict.fromkeys(name for name in properties if name not in _OWN))
        if len(names) > MOST_COLUMNS:
            raise refused("many_columns")
    return list(names)


def _rows(features: list[Any], names: list[str]) -> Iterator[tuple[int, list[str]]]:
    for number, feature in enumerate(features, start=1):
        feature = feature if isinstance(feature, dict) else {}
        properties = feature.get("properties")
        properties = properties if isinstance(properties, dict) else {}
        latitude, longitude, problem = _point(feature.get("geometry"))
        if not problem and not latitude:
            latitude, longitude = _cell(properties.get("latitude")), _cell(properties.get("longitude"))
        identity = _cell(feature.get("id")) or _cell(properties.get("id"))
        cells = [identity, latitude, longitude, problem, *(_cell(properties.get(name)) for name in names)]
        for place, cell in enumerate(cells):
            if len(cell) > MOST_IN_CELL:
                raise refused("long_cell", row=number, column=column_words(place, [*_OWN, *names]))
        yield number, cells


def _point(geometry: Any) -> tuple[str, str, str]:
    """Latitude, longitude, and the kind of geometry where it is no point. A height is left out."""
    if geometry is None:
        return "", "", ""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    position = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind != "Point" or not isinstance(position, list) or len(position) < 2:
        return "", "", str(kind)[:40] or "?"
    return _cell(position[1]), _cell(position[0]), ""


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)[:4000]
