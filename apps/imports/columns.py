"""What a column can mean, and the guess of what it does mean."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

_FEET, _METERS, _HOURS, _DAYS = "ft", "m", "hours", "days"


@dataclass(frozen=True, slots=True)
class Field:
    """A meaning. `names` are how files call it, in English and Spanish, normalized; `template` is in the template."""

    name: str
    label: Any
    names: tuple[str, ...]
    spanish: str = ""
    template: bool = True
    of_owner: bool = False


def _field(name: str, label: Any, names: str, spanish: str = "", **more: bool) -> Field:
    return Field(name, label, tuple(part.strip() for part in names.split("|")), spanish, **more)


FIELDS: tuple[Field, ...] = (
    _field("camera_id", _("Our number of the camera"), "camera id|id de camara", "id_de_camara"),
    _field(
        "external_id",
        _("Your number of the camera"),
        "external id|device id|asset id|asset tag|serial|serial number|registry id|"
            "registration id|objectid|id|uuid|numero|"
        "id externo|numero de serie|camera number",
        "id_externo",
    ),
    _field(
        "site",
        _("Site"),
        "site|site name|location|location name|business|business name|building|store|"
            "sitio|lugar|ubicacion|negocio|edificio|"
        "facility|property name",
        "sitio",
    ),
    _field(
        "address",
        _("Street address"),
        "address|street address|street|full address|addr|site address|address 1|"
            "address line 1|direccion|calle|domicilio",
        "direccion",
    ),
    _field(
        "name",
        _("Name of the camera"),
        "name|camera|camera name|device|device name|title|label|nombre|camara|nombre de la camara|camera location|"
        "nombre de camara",
        "nombre",
    ),
    _field("latitude", _("Latitude"), "latitude|lat|y|lat dd|latitud|point y", "latitud"),
    _field("longitude", _("Longitude"), "longitude|long|lng|lon|x|long dd|longitud|point x", "longitud"),
    _field(
        "lat_lng",
        _("Latitude and longitude in one cell"),
        "lat lng|lat long|latlng|latlong|latitude longitude|coordinates|coordinate|"
            "coords|gps|geo|coordenadas|position|point|"
        "lat lon",
        template=False,
    ),
    _field(
        "bearing",
        _("Direction it looks"),
        "bearing|direction|heading|azimuth|facing|view direction|camera direction|"
            "orientation|rumbo|direccion de vista|"
        "orientacion|acimut|mira hacia|compass",
        "mira_hacia",
    ),
    _field(
        "field_of_view",
        _("Width of its view, in degrees"),
        "field of view|fov|angle|view angle|viewing angle|angle of view|horizontal angle|hfov|angulo|campo de vision|"
        "angulo de vista",
        "angulo",
    ),
    _field(
        "range",
        _("How far it sees"),
        "range|distance|view distance|viewing distance|reach|depth|range m|"
            "range ft|range feet|range meters|range metres|"
        "distance ft|distance m|alcance|distancia|alcance m|alcance pies",
        "alcance_m",
    ),
    _field(
        "retention",
        _("How long video is kept"),
        "retention|retention hours|retention days|retention period|storage days|days stored|days kept|storage|kept|"
        "video retention|retencion|dias guardados|horas guardadas|"
            "dias de retencion|horas de retencion|recording days",
        "horas_guardadas",
    ),
    _field(
        "records_sound",
        _("Records sound"),
        "records sound|sound|audio|records audio|microphone|has audio|audio enabled|sonido|graba sonido|graba audio|"
        "microfono",
        "graba_sonido",
    ),
    _field("notes", _("Notes"), "notes|note|comments|comment|remarks|description|"
        "notas|comentarios|descripcion", "notas"),
    _field(
        "recording",
        _("Records all the time or only when something moves"),
        "recording|recording mode|record mode|records|modo de grabacion|graba",
        "graba",
    ),
    _field(
        "picture_height",
        _("Height of the picture, in pixels"),
        "picture height|resolution|height px|lines|resolucion|altura de imagen",
        "resolucion",
    ),
    _field("frame_rate", _("Pictures a second"), "frame rate|fps|frames per second|cuadros por segundo", "fps"),
    _field("night_view", _("Sees at night"), "night view|night vision|ir|infrared|"
        "sees at night|vision nocturna", "ve_de_noche"),
    _field("sign_posted", _("A sign is posted"), "sign posted|signage|sign|letrero|hay letrero", "hay_letrero"),
    _field("clock", _("Clock: sets itself or set by hand"), "clock|time sync|reloj", "reloj"),
    _field("premises", _("Own or rented place"), "premises|tenure|local", "local"),
    _field("keeps_off_private", _("Its view keeps off private places"), "keeps off private|privacy mask|"
        "respeta privacidad",
           "respeta_privacidad"),
    _field("owner_name", _("Owner’s name"), "owner|owner name|contact|contact name|full name|"
        "registrant|registrant name|"
           "propietario|nombre del propietario|contacto|dueno", "propietario", of_owner=True),
    _field("owner_email", _("Owner’s e-mail"), "owner email|owner e mail|email|e mail|"
        "email address|contact email|mail|"
           "registrant email|correo|correo electronico", "correo", of_owner=True),
    _field("owner_phone", _("Owner’s phone"), "owner phone|phone|phone number|telephone|"
        "contact phone|mobile|cell|telefono|"
           "celular", "telefono", of_owner=True),
    _field("owner_kind", _("Home, business or association"), "owner kind|owner type|type|registrant type|"
        "property type|kind|tipo",
           "tipo", of_owner=True),
    _field("owner_language", _("Owner’s language"), "owner language|language|"
        "preferred language|idioma", "idioma", of_owner=True),
    _field("geometry", _("Shape (of a GeoJSON file)"), "geometry", template=False),
)  # fmt: skip
BY_NAME = {field.name: field for field in FIELDS}
# With their units in the name, so that what we export says itself what it is.
TEMPLATE_NAMES = {"range": "range_m", "retention": "retention_hours"}
_KNOWN = {name: field.name for field in FIELDS for name in field.names}
_KNOWN |= {field.spanish.replace("_", " "): field.name for field in FIELDS if field.spanish}
_UNIT_WORDS = {
    _FEET: ("ft", "feet", "foot", "pies"),
    _METERS: ("m", "meters", "metres", "metros"),
    _HOURS: ("hours", "hour", "hrs", "h", "horas", "horas guardadas"),
    _DAYS: ("days", "day", "d", "dias"),
}
_NUMBER = re.compile(r"-?\d{1,3}[.,]\d+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PAIR = re.compile(r"\(?\s*-?\d{1,3}\.\d+\s*[,;\s]\s*-?\d{1,3}\.\d+\s*\)?")


def normalized(name: str) -> str:
    """A column's name for comparing: small letters without accents, words apart by one space."""
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    plain = unicodedata.normalize("NFKD", split).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def known_header(name: str) -> bool:
    """Whether a file's column of this name says anything to us."""
    return _meaning(normalized(name)) is not None


def fingerprint_of(header: Sequence[str], width: int) -> str:
    """SHA-256 of the column names in their order: files of one program have the same."""
    names = "\n".join(normalized(name) for name in header) or str(width)
    return hashlib.sha256(names.encode()).hexdigest()


def guess(
    header: Sequence[str], sample: Sequence[Sequence[str]], *, owners: bool
) -> tuple[dict[str, int], dict[str, Any]]:
    """The likely column of each field, from 0, and the units that names or cells speak of."""
    mapping: dict[str, int] = {}
    for place, name in enumerate(header):
        meaning = _meaning(normalized(name))
        if meaning is None or meaning in mapping or (BY_NAME[meaning].of_owner and not owners):
            continue
        mapping[meaning] = place
    _by_content(mapping, len(header), sample, owners=owners)
    return mapping, _units(mapping, header)


def default_choices() -> dict[str, Any]:
    """What is assumed where a file says nothing; shown and changed on the page of the columns."""
    return {
        "range_unit": _FEET,
        "retention_unit": _DAYS,
        "field_of_view": 90,
        "range_ft": 60,
        "retention_days": 7,
        "site": "",
        "swap": False,
        "negate": False,
    }


def _meaning(name: str) -> str | None:
    if name in _KNOWN:
        return _KNOWN[name]
    words = name.split()
    units = {word for words_of in _UNIT_WORDS.values() for word in words_of}
    while words and words[-1] in units:
        words.pop()
        if (shorter := " ".join(words)) in _KNOWN:
            return _KNOWN[shorter]
    return None


def _units(mapping: dict[str, int], header: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field, key, units in (
        ("range", "range_unit", (_FEET, _METERS)),
        ("retention", "retention_unit", (_HOURS, _DAYS)),
    ):
        if field in mapping:
            words = set(normalized(header[mapping[field]]).split())
            for unit in units:
                if words & set(_UNIT_WORDS[unit]):
                    found[key] = unit
    return found


def _by_content(mapping: dict[str, int], width: int, sample: Sequence[Sequence[str]], *, owners: bool) -> None:
    """Columns whose name says nothing: coordinates and addresses know themselves."""
    west, south, east, north = settings.PORTAL_BOUNDS
    for place in range(width):
        cells = [row[place].strip() for row in sample if place < len(row) and row[place].strip()]
        if not cells or place in mapping.values():
            continue
        if owners and "owner_email" not in mapping and all(_EMAIL.fullmatch(cell) for cell in cells):
            mapping["owner_email"] = place
        elif "lat_lng" not in mapping and "latitude" not in mapping and all(_PAIR.fullmatch(cell) for cell in cells):
            mapping["lat_lng"] = place
        elif "lat_lng" not in mapping and all(_NUMBER.fullmatch(cell) for cell in cells):
            numbers = [float(cell.replace(",", ".")) for cell in cells]
            if "latitude" not in mapping and all(south - 1 <= number <= north + 1 for number in numbers):
                mapping["latitude"] = place
            elif "longitude" not in mapping and all(west - 1 <= number <= east + 1 for number in numbers):
                mapping["longitude"] = place
