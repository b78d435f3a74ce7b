"""Whom a request leaves out, and why: the victim's own house, or the suspect's. Owners and the public never see it.

An address is given before anybody knows which cameras are reached, so naming one tells nothing about who takes part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from geographiclib.geodesic import Geodesic

from apps.cameras.matching import MatchedCamera
from apps.cameras.models import CameraPlace
from apps.core import text
from apps.core.errors import InvalidInput
from apps.footage_requests.states import LeftOutReason
from apps.geo import numbers
from apps.streets.names import COMMON, Asked, asked

MOST, PLACE_MAX = 3, 120
# A found address is as exact as the numbers of its block; without one, only what stands at the spot itself is meant.
FAR_M, NEAR_M = 200.0, 20.0


def checked_left_out(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Places to leave out as a request keeps them. Raises InvalidInput for the field `left_out`."""
    if len(given) > MOST:
        sentence = _("A request leaves out at most %(most)d addresses.") % {"most": MOST}
        raise InvalidInput.about("left_out", sentence)
    found = []
    for one in given:
        if one.get("reason") not in LeftOutReason.values:
            sentence = _("Say why this address is left out.")
            raise InvalidInput.about("left_out", sentence)
        found.append(
            {
                "place": text.line(one.get("place"), field="left_out", most=PLACE_MAX),
                "latitude": numbers.latitude(one.get("latitude"), "left_out"),
                "longitude": numbers.longitude(one.get("longitude"), "left_out"),
                "reason": one["reason"],
            }
        )
    return found


def without_left_out(matched: list[MatchedCamera], left_out: Sequence[Mapping[str, Any]]) -> list[MatchedCamera]:
    """The cameras that do not stand at one of these addresses: neighbors stay, they may be the best witnesses.

    The address that the owner gave decides where it has a house number, else the distance.
    """
    if not left_out or not matched:
        return matched
    keys = [one.camera_id for one in matched]
    places = CameraPlace.objects.filter(camera_id__in=keys).select_related("camera__site")
    away = {place.camera_id for place in places if any(_stands_at(place, one) for one in left_out)}
    return [one for one in matched if one.camera_id not in away]


def _stands_at(place: CameraPlace, left_out: Mapping[str, Any]) -> bool:
    line = Geodesic.WGS84.Inverse(place.latitude, place.longitude, left_out["latitude"], left_out["longitude"])
    if line["s12"] > FAR_M:
        return False
    wanted, given = asked(left_out["place"]), asked(place.camera.site.address or "")
    if wanted.number is None or given.number is None:
        return bool(line["s12"] <= NEAR_M)
    return wanted.number == given.number and _telling(wanted) == _telling(given)


def _telling(address: Asked) -> frozenset[str]:
    """The words of a street without “north” and “street”, which people leave away."""
    return frozenset(address.street) - COMMON or frozenset(address.street)
