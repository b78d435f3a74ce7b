"""Registrations that may be one camera twice: the same place, or nearby and the same person.

28 CFR 23: there is no search by person. Only cameras that stand near the one under review are looked at, for the
same recorded purpose; their names, addresses and people are compared in memory and never asked of the database.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from geographiclib.geodesic import Geodesic

from apps.access.allowance import allowance_of
from apps.access.models import AccessKind, Purpose
from apps.accounts.models import User
from apps.cameras import policies
from apps.cameras.models import Camera, CameraPair, CameraPlace
from apps.cameras.places import LATITUDE_BANDS_PER_DEGREE
from apps.cameras.selectors import record_places_viewed
from apps.core.errors import NotFound
from apps.ledger.values import Subject
from apps.partners.models import Membership

# A pin is set by hand: two of one camera lie some meters apart. Of one person, a wider slip is still worth a question.
SAME_PLACE_M = 25.0
NEARBY_M = 150.0
SIMILAR_BEARING = 45.0
MOST_SHOWN = 4
_MOST_COMPARED = 500
_METERS_PER_DEGREE = 110_500.0


@dataclass(frozen=True, slots=True)
class LikelyDuplicate:
    """A camera that may be the same one. `reasons` say why, in the reader's language; `distance_m` is in meters."""

    camera: Camera
    place: CameraPlace
    distance_m: int
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """What one recorded access opened: the camera's place, and those beside which it is shown."""

    place: CameraPlace
    duplicates: list[LikelyDuplicate]


@dataclass(frozen=True, slots=True)
class Found:
    """What staff decided before about this camera and another."""

    other: Camera
    this_was_kept: bool


def show_side_by_side(*, camera: Camera, purpose: Purpose, user: User) -> SideBySide:
    """The camera's place with those of its likely duplicates, for staff with a purpose; all of them are recorded.

    Raises NotFound unless the purpose opens this camera to this person, TooMany if nothing is left to open.
    """
    with transaction.atomic():
        of_review = purpose.access == AccessKind.REGISTRATIONS
        if not of_review or not policies.can_view_place(user, camera, purpose):
            raise NotFound(_("Your purpose does not open the place of this camera."))
        likely = _likely_duplicates(camera, purpose, user)
        allowance = allowance_of(purpose)
        admitted = allowance.admits([camera.public_id, *(one.camera.public_id for one in likely)])
        if camera.public_id not in admitted:
            raise allowance.refusal()
        likely = [one for one in likely if one.camera.public_id in admitted]
        seen = [camera, *(one.camera for one in likely)]
        record_places_viewed(purpose, Subject.of("camera", camera.public_id), seen)
        return SideBySide(camera.place, likely)


def may_be_double(camera: Camera, *, purpose: Purpose, user: User) -> bool:
    """Whether another registration looks like this one and staff have not decided yet. It says nothing of places."""
    return bool(_likely_duplicates(camera, purpose, user))


def found_before(camera: Camera) -> list[Found]:
    """The cameras that staff found to be the same one as this, the newest decision first."""
    pairs = CameraPair.objects.filter(Q(one=camera) | Q(other=camera), kept__isnull=False)
    rows = pairs.select_related("one", "other").order_by("-pk")
    return [
        Found(other=pair.other if pair.one_id == camera.pk else pair.one, this_was_kept=pair.kept_id == camera.pk)
        for pair in rows
    ]


def _likely_duplicates(camera: Camera, purpose: Purpose, user: User) -> list[LikelyDuplicate]:
    place = camera.place
    near = [
        (distance, other)
        for other in _nearby(camera, purpose, user)
        if (distance := _meters(place, other.place)) <= NEARBY_M and _looks_alike(place, other.place)
    ]
    people = _people_of({camera.site.partner_id, *(other.site.partner_id for _distance, other in near)})
    found = [
        LikelyDuplicate(other, other.place, round(distance), reasons)
        for distance, other in near
        if (reasons := _reasons(camera, other, distance, people))
    ]
    return sorted(found, key=lambda one: (one.distance_m, one.camera.pk))[:MOST_SHOWN]


def _nearby(camera: Camera, purpose: Purpose, user: User) -> list[Camera]:
    place, high = camera.place, NEARBY_M / _METERS_PER_DEGREE
    wide = high / max(math.cos(math.radians(place.latitude)), 0.01)
    south, north = ((place.latitude + step) * LATITUDE_BANDS_PER_DEGREE for step in (-high, high))
    decided = CameraPair.objects.filter(Q(one=camera) | Q(other=camera)).values_list("one_id", "other_id")
    asked = {pk for pair in decided for pk in pair} | {camera.pk}
    rows = policies.cameras_in_reach(user, purpose).filter(
        place__latitude_band__range=(math.floor(south), math.floor(north)),
        place__longitude__range=(place.longitude - wide, place.longitude + wide),
        place__latitude__range=(place.latitude - high, place.latitude + high),
    )
    rows = rows.exclude(pk__in=asked).select_related("place", "site__partner", "zone__agency")
    return list(rows.order_by("pk")[:_MOST_COMPARED])


def _meters(one: CameraPlace, other: CameraPlace) -> float:
    line = Geodesic.WGS84.Inverse(one.latitude, one.longitude, other.latitude, other.longitude, Geodesic.DISTANCE)
    return float(line["s12"])


def _looks_alike(one: CameraPlace, other: CameraPlace) -> bool:
    turned = abs(one.bearing - other.bearing) % 360
    return min(turned, 360 - turned) <= SIMILAR_BEARING or max(one.field_of_view, other.field_of_view) >= 300


@dataclass(frozen=True, slots=True)
class _People:
    accounts: frozenset[int]
    addresses: frozenset[str]


def _people_of(partners: set[int]) -> dict[int, _People]:
    """Who acts for these partners now; by partner's key."""
    rows = Membership.objects.filter(partner_id__in=partners, ended_at__isnull=True).select_related("user")
    users: dict[int, list[User]] = defaultdict(list)
    for membership in rows:
        users[membership.partner_id].append(membership.user)
    return {
        partner: _People(
            frozenset(user.pk for user in users[partner]), frozenset(_mailbox(user.email) for user in users[partner])
        )
        for partner in partners
    }


def _reasons(camera: Camera, other: Camera, distance: float, people: dict[int, _People]) -> list[str]:
    reasons = []
    mine, theirs = people[camera.site.partner_id], people[other.site.partner_id]
    if distance <= SAME_PLACE_M:
        reasons.append(_("The same place, and a similar direction"))
    if camera.site.partner_id == other.site.partner_id:
        # One household has several cameras: its name tells one from the other unless they stand at one spot.
        if _plain(camera.name) == _plain(other.name):
            reasons.append(_("The same partner, and the same name"))
        return reasons
    if mine.accounts & theirs.accounts:
        reasons.append(_("The same person"))
    elif mine.addresses & theirs.addresses:
        reasons.append(_("The same e-mail address"))
    if _plain(camera.site.address) and _plain(camera.site.address) == _plain(other.site.address):
        reasons.append(_("The same street address"))
    return reasons


def _plain(words: str) -> str:
    """Letters and digits alone, so that commas, points and capitals make no difference."""
    return "".join(letter for letter in words.casefold() if letter.isalnum())


def _mailbox(email: str) -> str:
    """The address without a tag after “+”: it reaches the same mailbox."""
    name, _at, host = email.casefold().partition("@")
    return f"{name.partition('+')[0]}@{host}"
