"""A partner's own cameras as files, in the very columns that an import reads; and the templates."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from apps.accounts.models import User
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.imports.columns import FIELDS, TEMPLATE_NAMES
from apps.imports.models import CameraImport, ExternalId
from apps.imports.problems import ERROR
from apps.imports.selectors import header_of, rows_to_look_at, shown_row
from apps.imports.values import guarded
from apps.partners.models import Partner
from apps.partners.policies import check_can_manage

_COLUMNS = [field.name for field in FIELDS if field.template and not field.of_owner]
_EXAMPLES = {
    "en": {
        "external_id": "CAM-0001", "site": "Shop on Main Street", "address": "100 Main Street", "name": "Front door",
        "latitude": "30.438300", "longitude": "-84.280700", "bearing": "NE", "field_of_view": "90", "range": "20",
        "retention": "240", "records_sound": "no", "notes": "Ask at the front desk for the recorder",
        "recording": "continuous", "picture_height": "1080", "frame_rate": "15", "night_view": "yes",
        "sign_posted": "yes", "clock": "automatic", "premises": "owned", "keeps_off_private": "yes",
        "owner_name": "Ada Example", "owner_email": "ada@example.org", "owner_phone": "850-555-0100",
        "owner_kind": "resident", "owner_language": "en",
    },
    "es": {
        "external_id": "CAM-0001", "site": "Tienda de la calle Main", "address": "100 Main Street",
        "name": "Puerta principal", "latitude": "30.438300", "longitude": "-84.280700", "bearing": "NE",
        "field_of_view": "90", "range": "20", "retention": "240", "records_sound": "no",
        "notes": "Pregunte en la entrada por la grabadora", "recording": "continuous", "picture_height": "1080",
        "frame_rate": "15", "night_view": "sí", "sign_posted": "sí", "clock": "automatic", "premises": "owned",
        "keeps_off_private": "sí", "owner_name": "Ada Ejemplo", "owner_email": "ada@example.org",
        "owner_phone": "850-555-0100", "owner_kind": "resident", "owner_language": "es",
    },
}  # fmt: skip


class _Echo:
    """What `csv` writes to: it hands the line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Rows as CSV in UTF-8 with the mark that spreadsheets look for; no cell can run as a formula."""
    writer: Any = csv.writer(_Echo())
    yield b"\xef\xbb\xbf"
    for row in rows:
        yield str(writer.writerow([guarded(cell) for cell in row])).encode()


def template_rows(language: str, *, owners: bool) -> list[list[str]]:
    """Header and example of the template, in English or Spanish."""
    names = [
        field for field in FIELDS if field.template and field.name != "camera_id" and (owners or not field.of_owner)
    ]
    example = _EXAMPLES.get(language, _EXAMPLES["en"])
    if language == "es":
        header = [field.spanish for field in names]
    else:
        header = [TEMPLATE_NAMES.get(field.name, field.name) for field in names]
    return [header, [example[field.name] for field in names]]


def template_geojson(language: str, *, owners: bool) -> str:
    """The same example as a GeoJSON FeatureCollection."""
    header, example = template_rows(language, owners=owners)
    properties = dict(zip(header, example, strict=True))
    latitude, longitude = (
        properties.pop(header[place])
        for place in (header.index(_one_of(header, "lat")), header.index(_one_of(header, "lon")))
    )
    return _collection([_feature(float(longitude), float(latitude), properties)])


def _one_of(header: list[str], start: str) -> str:
    return next(name for name in header if name.startswith(start))


def export_rows(partner: Partner, user: User) -> Iterator[list[str]]:
    """Header and a row for each camera of the partner that is not retired.

    Places go to the partner's own people alone. Raises NotFound or NotAllowed for everybody else, staff included.
    """
    check_can_manage(user, partner)
    return _export_rows(partner)


def _export_rows(partner: Partner) -> Iterator[list[str]]:
    yield [TEMPLATE_NAMES.get(name, name) for name in _COLUMNS]
    for values in _values(partner):
        yield [_cell(values[name]) for name in _COLUMNS]


def export_geojson(partner: Partner, user: User) -> Iterator[str]:
    """The same as GeoJSON. Raises as `export_rows` does."""
    check_can_manage(user, partner)
    return _export_geojson(partner)


def _export_geojson(partner: Partner) -> Iterator[str]:
    yield '{"type": "FeatureCollection", "features": ['
    for number, values in enumerate(_values(partner)):
        latitude, longitude = values.pop("latitude"), values.pop("longitude")
        properties = {
            TEMPLATE_NAMES.get(name, name): value for name, value in values.items() if value not in (None, "")
        }
        yield (",\n" if number else "\n") + json.dumps(_feature(longitude, latitude, properties), ensure_ascii=False)
    yield "\n]}\n"


def _values(partner: Partner) -> Iterator[dict[str, Any]]:
    own = dict(ExternalId.objects.filter(partner=partner).order_by("pk").values_list("camera_id", "value"))
    cameras = Camera.objects.filter(site__partner=partner).exclude(state=CameraState.RETIRED)
    for camera in cameras.select_related("site", "place").order_by("pk").iterator(chunk_size=500):
        place = camera.place
        known = {
            "camera_id": str(camera.public_id),
            "external_id": own.get(camera.pk, ""),
            "site": camera.site.name,
            "address": camera.site.address,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "bearing": place.bearing,
            "field_of_view": place.field_of_view,
            "range": place.range_m,
            "retention": camera.retention_hours,
        }
        yield {name: known[name] if name in known else getattr(camera, name) for name in _COLUMNS}


def problem_rows(camera_import: CameraImport) -> Iterator[list[str]]:
    """The rows that need somebody, as they came, with what is wrong in more columns, to be mended and sent again."""
    from django.utils.translation import gettext as _

    header = header_of(camera_import)
    names = [name or f"column {place}" for place, name in enumerate(header, start=1)]
    yield [*names, _("Row"), _("Problems")]
    for row in rows_to_look_at(camera_import).exclude(cells="").iterator(chunk_size=200):
        shown = shown_row(camera_import, row)
        found = [
            f"{one.column}: {one.sentence}" if one.column else one.sentence
            for one in shown.problems
            if one.level in (ERROR, "warning")
        ]
        cells = [*shown.cells, *[""] * (len(header) - len(shown.cells))][: len(header)]
        yield [*cells, str(row.number), " ".join(found)]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _feature(longitude: float, latitude: float, properties: dict[str, Any]) -> dict[str, Any]:
    point = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"type": "Feature", "geometry": point, "properties": properties}


def _collection(features: list[dict[str, Any]]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=2) + "\n"
