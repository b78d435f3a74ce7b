"""Which cameras saw the area of a request."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from apps.agencies.models import Agency
from apps.cameras.places import BANDS_PER_DEGREE
from apps.geo import Area
from apps.geo.sectors import MAX_RANGE_M
from apps.partners.services.contacting import CAP_DAYS

# The shortest degree of latitude on the ellipsoid, in metres, a little shortened.
_METRES_PER_DEGREE = 110_500.0

# In SQL, and the same on both databases: the ORM takes longer to write this statement than a database to answer it.
# `band` and `longitude` are one index; the box drops most of what is near but looks elsewhere.
_NEAR_AND_ASKABLE = """
    SELECT camera.id, site.partner_id, camera.retention_hours, place.outline
    FROM cameras_cameraplace place
    JOIN cameras_camera camera ON camera.id = place.camera_id
    JOIN cameras_site site ON site.id = camera.site_id
    JOIN partners_partner partner ON partner.id = site.partner_id
    WHERE place.band IN ({bands}) AND place.longitude BETWEEN %s AND %s
    AND place.west <= %s AND place.east >= %s AND place.south <= %s AND place.north >= %s
    AND camera.state = 'active' AND partner.left_at IS NULL
    AND (partner.paused_at IS NULL OR partner.paused_until <= %s)
    AND EXISTS (SELECT 1 FROM partners_consent consent WHERE consent.partner_id = partner.id
                AND consent.agency_id = %s AND consent.withdrawn_at IS NULL)
    AND EXISTS (SELECT 1 FROM terms_termsversion WHERE state = 'in_force')
    AND NOT EXISTS (
        SELECT 1 FROM terms_termsversion needed WHERE needed.state = 'in_force' AND NOT EXISTS (
            SELECT 1 FROM terms_acceptance acceptance
            JOIN terms_termsversion accepted ON accepted.id = acceptance.version_id
            WHERE acceptance.partner_id = partner.id AND accepted.kind = needed.kind
            AND accepted.state <> 'withdrawn' AND accepted.number >= COALESCE(needed.holds_from, needed.number)))
    AND NOT EXISTS (
        SELECT 1 FROM partners_contactrules rules WHERE rules.partner_id = partner.id AND rules.most_requests <= (
            SELECT COUNT(*) FROM partners_contact contact
            WHERE contact.partner_id = partner.id AND contact.made_at > %s))
    ORDER BY camera.id
"""


@dataclass(frozen=True, slots=True)
class MatchedCamera:
    """A camera whose coverage meets the area."""

    camera_id: int
    partner_id: int
    retention_hours: int


def find_matches(area: Area, *, agency: Agency) -> list[MatchedCamera]:
    """The active cameras whose sector meets the area, of partners whom this agency may ask, in order of their keys.

    A partner may be asked who has not left, is not on a pause, allowed this agency, accepted each kind of terms in a
    version at least as new as the newest material change in force (`terms.selectors.terms_accepted` says the same to
    the ORM), and was asked less often in 30 days than it allows.
    """
    west, south, east, north = area.bounds
    # A sector that meets the area has its apex at most one range outside the area's box.
    high = MAX_RANGE_M / _METRES_PER_DEGREE
    wide = high / math.cos(math.radians(max(abs(south), abs(north)) + high))
    bands = range(math.floor((south - high) * BANDS_PER_DEGREE), math.floor((north + high) * BANDS_PER_DEGREE) + 1)
    statement = _NEAR_AND_ASKABLE.format(bands=",".join(["%s"] * len(bands)))
    moment = timezone.now()
    now, since = (connection.ops.adapt_datetimefield_value(one) for one in (moment, moment - timedelta(days=CAP_DAYS)))
    with connection.cursor() as cursor:
        cursor.execute(statement, [*bands, west - wide, east + wide, east, west, north, south, now, agency.pk, since])
        near = cursor.fetchall()
    meets = area.intersects_many([bytes(row[3]) for row in near])
    return [MatchedCamera(row[0], row[1], row[2]) for row, hit in zip(near, meets, strict=True) if hit]
