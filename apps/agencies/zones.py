"""Zones of an agency from a GeoJSON file: read, compared with those that are there, loaded.

Cameras are put into changed zones by `cameras.services.rezoning`, which notices the change by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import shapely
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency, Role, Zone
from apps.core import text
from apps.core.errors import InvalidInput
from apps.core.locks import locked
from apps.geo.areas import MAX_VERTICES, ring_polygon
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

FILE_MOST = 2 * 1024 * 1024
ZONES_MOST = 200
CODE_MOST, NAME_MOST = 20, 80
CODE_NAMES = ("code", "zone", "zone_id", "id")
NAME_NAMES = ("name", "zone_name", "label", "title")
# Borders drawn twice do not meet exactly. More than this part of the smaller zone is a mistake.
_OVERLAP = 0.01
_DIGITS = 6
_PIECE = 2000
_DEGREES = ("crs84", "4326", "4979")


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """One zone of a file: its code, its name, and a closed ring of [longitude, latitude]."""

    code: str
    name: str
    ring: list[list[float]]


@dataclass(frozen=True, slots=True)
class ZoneChanges:
    """What loading would do. Zones that the file does not name stay: cameras, counts and figures refer to them."""

    added: list[ZonePlan] = field(default_factory=list)
    changed: list[ZonePlan] = field(default_factory=list)
    same: list[ZonePlan] = field(default_factory=list)
    untouched: list[Zone] = field(default_factory=list)


def read_zones(data: bytes) -> list[ZonePlan]:
    """The zones of a GeoJSON file. Raises InvalidInput about `file`, in a sentence that says what to do."""
    if len(data) > FILE_MOST:
        raise _refused(_("The file is larger than 2 MB. Draw the borders with fewer corners."))
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _refused(_("This is not a GeoJSON file. Export the zones as GeoJSON (not as a shapefile).")) from error
    features = raw.get("features") if isinstance(raw, dict) else None
    if not isinstance(features, list) or not features:
        raise _refused(_("The file holds no features. Export the zones as a GeoJSON FeatureCollection."))
    if len(features) > ZONES_MOST:
        raise _refused(_("The file holds more than %(most)d features. Are these zones?") % {"most": ZONES_MOST})
    _check_projection(raw)
    plans = [_zone(number, feature) for number, feature in enumerate(features, 1)]
    _check_together(plans)
    return plans


def compare_zones(agency: Agency, plans: list[ZonePlan]) -> ZoneChanges:
    """What loading these into the agency would do. Raises InvalidInput where one overlaps a zone that would stay."""
    there = {zone.code: zone for zone in Zone.objects.filter(agency=agency).order_by("code")}
    changes = ZoneChanges()
    for plan in plans:
        zone = there.pop(plan.code, None)
        if zone is None:
            changes.added.append(plan)
        elif (zone.name, zone.ring) != (plan.name, plan.ring):
            changes.changed.append(plan)
        else:
            changes.same.append(plan)
    changes.untouched.extend(there.values())
    _check_overlaps([*plans, *(ZonePlan(zone.code, zone.name, zone.ring) for zone in changes.untouched)])
    return changes


def load_zones(*, agency: Agency, plans: list[ZonePlan], actor: Actor) -> ZoneChanges:
    """Add the zones that are new and change those that differ, by their codes. The same again changes nothing.

    Raises InvalidInput as `compare_zones` does.
    """
    with transaction.atomic():
        agency = locked(Agency.objects).get(pk=agency.pk)
        changes = compare_zones(agency, plans)
        for plan in changes.added:
            Zone.objects.create(agency=agency, code=plan.code, name=plan.name, ring=plan.ring)
        for plan in changes.changed:
            Zone.objects.filter(agency=agency, code=plan.code).update(name=plan.name, ring=plan.ring)
        if changes.added or changes.changed:
            ledger.record(
                "agency.zones_loaded",
                Subject.of("agency", agency.public_id),
                actor,
                added=[plan.code for plan in changes.added],
                changed=[plan.code for plan in changes.changed],
                unchanged=len(changes.same),
            )
        return changes


def load_zones_of_file(*, agency: Agency, geojson: str, by: User) -> ZoneChanges:
    """The same for a program manager, who has seen what it would do. Raises NotAllowed, and what `read_zones` does."""
    actor = acting_as(by, agency, Role.PROGRAM_MANAGER).actor
    return load_zones(agency=agency, plans=read_zones(geojson.encode()), actor=actor)


def as_geojson(plans: list[ZonePlan]) -> str:
    """The zones as a file that `read_zones` reads into the same ones."""
    features = [
        {
            "type": "Feature",
            "properties": {"code": plan.code, "name": plan.name},
            "geometry": {"type": "Polygon", "coordinates": [plan.ring]},
        }
        for plan in plans
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def _check_projection(raw: Mapping[str, Any]) -> None:
    """GeoJSON is in degrees (RFC 7946); older files name what they are in."""
    crs = raw.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    named = str(properties.get("name", "")).lower() if isinstance(properties, dict) else ""
    if named and not named.endswith(_DEGREES):
        raise _refused(_degrees())


def _zone(number: int, feature: Any) -> ZonePlan:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    properties = properties if isinstance(properties, dict) else {}
    given = {str(key).lower(): value for key, value in properties.items()}
    code, name = _first(given, CODE_NAMES), _first(given, NAME_NAMES)
    if not code or not name:
        sentence = _("Feature %(number)d needs a code and a name, in the properties “code” and “name”.")
        raise _refused(sentence % {"number": number})
    try:
        code = text.line(code, field="file", most=CODE_MOST).upper()
        name = text.line(name, field="file", most=NAME_MOST)
    except InvalidInput as error:
        raise _refused(_("Feature %(number)d: %(why)s") % {"number": number, "why": error.message}) from error
    return ZonePlan(code, name, _ring(code, geometry))


def _first(given: Mapping[str, Any], names: tuple[str, ...]) -> str:
    found = next((given[name] for name in names if given.get(name) not in (None, "")), "")
    return str(found).strip() if isinstance(found, str | int) else ""


def _ring(code: str, geometry: Any) -> list[list[float]]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    parts = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "Polygon":
        parts = [parts]
    elif kind != "MultiPolygon":
        sentence = _("Zone %(code)s is not a polygon. Export areas, not lines or points.")
        raise _refused(sentence % {"code": code})
    if not isinstance(parts, list) or len(parts) != 1:
        sentence = _("Zone %(code)s has several separate parts. Give each part a code of its own.")
        raise _refused(sentence % {"code": code})
    rings = parts[0]
    if not isinstance(rings, list) or not rings or not isinstance(rings[0], list):
        raise _refused(_("Zone %(code)s has no outline.") % {"code": code})
    if len(rings) > 1:
        raise _refused(_("Zone %(code)s has a hole in it. Draw its outline around the hole.") % {"code": code})
    return _checked_ring(code, rings[0])


def _checked_ring(code: str, ring: list[Any]) -> list[list[float]]:
    corners = [corner[:2] for corner in ring if isinstance(corner, list)]
    numbers = [value for corner in corners for value in corner]
    if len(corners) != len(ring) or not all(isinstance(one, int | float) for one in numbers):
        raise _refused(_("Zone %(code)s has corners that are not numbers.") % {"code": code})
    if any(len(corner) < 2 or abs(corner[0]) > 180 or abs(corner[1]) > 90 for corner in corners):
        raise _refused(_degrees())
    try:
        # Rounded first: near corners may fall together, and the outline that is kept is the one to be checked.
        outline = ring_polygon([[round(float(one), _DIGITS) for one in corner] for corner in _simple(corners)])
    except InvalidInput as error:
        raise _refused(_("Zone %(code)s: %(why)s") % {"code": code, "why": error.message}) from error
    west, south, east, north = (float(edge) for edge in settings.PORTAL_BOUNDS)
    if not outline.intersects(shapely.box(west - 1, south - 1, east + 1, north + 1)):
        sentence = _("Zone %(code)s lies far from the city. Are longitude and latitude in the wrong order?")
        raise _refused(sentence % {"code": code})
    return [[longitude, latitude] for longitude, latitude in outline.exterior.coords]


def _simple(corners: list[Any]) -> list[Any]:
    """A border with more corners than a zone may have is drawn simpler, by at most some ten meters."""
    for tolerance in (0.00001, 0.00003, 0.0001):
        if len(corners) <= MAX_VERTICES:
            break
        corners = _drawn_simpler(corners, tolerance)
    return corners


def _drawn_simpler(corners: list[Any], tolerance: float) -> list[Any]:
    """In pieces: the library recurses once for each corner, and a long zigzag would overflow the process's stack."""
    starts = range(0, max(len(corners) - 1, 1), _PIECE)
    pieces = (shapely.LineString(corners[start : start + _PIECE + 1]) for start in starts)
    drawn = [list(corner) for piece in pieces for corner in piece.simplify(tolerance).coords[:-1]]
    return [*drawn, corners[-1]]


def _check_together(plans: list[ZonePlan]) -> None:
    codes = [plan.code for plan in plans]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise _refused(_("The code %(codes)s stands more than once in the file.") % {"codes": ", ".join(twice)})
    _check_overlaps(plans)


def _check_overlaps(plans: list[ZonePlan]) -> None:
    shapes = [(plan, shapely.Polygon(plan.ring)) for plan in plans]
    for (one, first), (other, second) in combinations(shapes, 2):
        shared = first.intersection(second).area
        if shared > _OVERLAP * min(first.area, second.area):
            sentence = _("Zones %(one)s and %(other)s overlap. A camera belongs to one zone, so borders only touch.")
            raise _refused(sentence % {"one": one.code, "other": other.code})


def _degrees() -> str:
    return _("The coordinates are not degrees. Export the file in WGS 84 (EPSG:4326).")


def _refused(sentence: str) -> InvalidInput:
    return InvalidInput.about("file", sentence)
