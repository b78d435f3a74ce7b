"""How far a purpose of the partner map reaches: boxes on the map. None at all where nobody approved anything.

A case reaches what somebody approved for it: an app above says so (`approve_by`), or a supervisor agreed. A call
reaches what is near its place. Which camera a review is about is known above (`cameras.policies`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import timezone

from apps.access.models import AccessKind, PlacesRequest, Purpose, PurposeKind
from apps.access.states import AskState
from apps.accounts.models import User
from apps.agencies.models import Case
from apps.calls.models import Call
from apps.calls.selectors import is_active
from apps.geo import Bounds

EVERYWHERE: Bounds = (-180.0, -90.0, 180.0, 90.0)
_METERS_PER_DEGREE = 111_195.0

_approvals: list[Callable[[Case], Iterable[Bounds]]] = []


def approve_by(found: Callable[[Case], Iterable[Bounds]]) -> None:
    """Ask `found` which boxes are approved for a case. Called once, from an AppConfig.ready."""
    _approvals.append(found)


def approved_for(user: User, case: Case) -> list[Bounds]:
    """Where this person may see places for the case; empty where nobody approved anything that still holds."""
    agreed = PlacesRequest.objects.filter(author=user, case=case, state=AskState.AGREED, ends_at__gt=timezone.now())
    if agreed.exists():
        return [EVERYWHERE]
    return [box for found in _approvals for box in found(case)]


def reach_of(purpose: Purpose) -> list[Bounds]:
    """The boxes within which a purpose opens places now."""
    if purpose.access != AccessKind.PARTNER_MAP:
        return [EVERYWHERE]
    if purpose.kind == PurposeKind.CASE:
        return approved_for(purpose.user, purpose.case) if purpose.case else []
    if purpose.kind == PurposeKind.CALL:
        return near_call(purpose.call) if purpose.call else []
    return [EVERYWHERE]


def near_call(call: Call) -> list[Bounds]:
    """What is near an active call; nothing once it has left the board or its place was forgotten."""
    if call.latitude is None or call.longitude is None or not is_active(call):
        return []
    return [grown((call.longitude, call.latitude) * 2, settings.CALL_NEAR_M)]


def grown(box: Bounds, meters: float) -> Bounds:
    """The box with a margin on each side."""
    west, south, east, north = box
    high = meters / _METERS_PER_DEGREE
    wide = high / max(math.cos(math.radians((south + north) / 2)), 0.01)
    return west - wide, south - high, east + wide, north + high


def holds(box: Bounds, latitude: float, longitude: float) -> bool:
    """Whether a place is inside the box."""
    west, south, east, north = box
    return west <= longitude <= east and south <= latitude <= north


def sides_m(box: Bounds) -> float:
    """The longer side of a box in meters; negative for a box that holds nothing."""
    west, south, east, north = box
    wide = (east - west) * math.cos(math.radians(max(-85.0, min(85.0, (south + north) / 2))))
    return max(wide, north - south) * _METERS_PER_DEGREE
