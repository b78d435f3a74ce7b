"""Which cameras saw the area of a request."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.agencies.models import Agency
from apps.cameras.places import latitude_band_of
from apps.geo import Area, Bounds
from apps.geo.sectors import MAX_RANGE_M
from apps.terms.eligibility import askable_sql

# The shortest degree of latitude on the ellipsoid, in meters, a little shortened.
_METERS_PER_DEGREE = 110_500.0

# In SQL, and the same on both databases: the ORM takes longer to write this statement than a database to answer it.
# `latitude_band` and `longitude` are one index; the box drops most of what is near but looks elsewhere.
_NEAR_AND_ASKABLE = """
    SELECT camera.id, site.partner_id, camera.retention_hours, place.outline
    FROM cameras_cameraplace place
    JOIN cameras_camera camera ON camera.id = place.camera_id
    JOIN cameras_site site ON site.id = camera.site_id
    JOIN partners_partner partner ON partner.id = site.partner_id
    WHERE place.latitude_band IN ({bands}) AND place.longitude BETWEEN %s AND %s
    AND place.west <= %s AND place.east >= %s AND place.south <= %s AND place.north >= %s
    AND camera.state = 'active' AND (camera.asked_from IS NULL OR camera.asked_from < %s) AND {askable}
    ORDER BY camera.id
"""


@dataclass(frozen=True, slots=True)
class MatchedCamera:
    """A camera whose coverage meets the area."""

    camera_id: int
    partner_id: int
    retention_hours: int


def find_matches(area: Area, *, agency: Agency, until: datetime | None = None) -> list[MatchedCamera]:
    """The active cameras whose sector meets the area, of partners whom this agency may ask, in order of their keys.

    A camera that sees several places of the area is one match. `terms.eligibility` says whom an agency may ask.
    `until` is when the last of the wanted video ends, now if nobody says: a camera that was taken over after that is
    left out, because its owner has no say in what was recorded before.
    """
    until = until or timezone.now()
    # Place by place: one box around two places at both ends of a city would read every camera between them.
    near = {row[0]: row for place in area.places for row in _near(place.bounds, agency, until)}
    rows = [near[key] for key in sorted(near)]
    meets = area.intersects_many([bytes(row[3]) for row in rows])
    return [MatchedCamera(row[0], row[1], row[2]) for row, hit in zip(rows, meets, strict=True) if hit]


def _near(bounds: Bounds, agency: Agency, until: datetime) -> list[tuple[Any, ...]]:
    west, south, east, north = bounds
    # A sector that meets the area has its apex at most one range outside the area's box.
    high = MAX_RANGE_M / _METERS_PER_DEGREE
    wide = high / math.cos(math.radians(max(abs(south), abs(north)) + high))
    bands = range(latitude_band_of(south - high), latitude_band_of(north + high) + 1)
    askable, whom = askable_sql(agency)
    statement = _NEAR_AND_ASKABLE.format(bands=",".join(["%s"] * len(bands)), askable=askable)
    with connection.cursor() as cursor:
        latest = connection.ops.adapt_datetimefield_value(until)
        cursor.execute(statement, [*bands, west - wide, east + wide, east, west, north, south, latest, *whom])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
