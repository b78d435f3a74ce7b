"""Purposes of the partner map, with what each ground asks for, through the real services."""

from __future__ import annotations

from typing import Any

from apps.access.models import AccessKind, PlacesRequest, Purpose, PurposeKind
from apps.access.services import agree_to_places, ask_for_places, open_purpose
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.cameras.models import Camera
from tests.factories.calls import call_of
from tests.factories.people import staff

DOWNTOWN = (30.4383, -84.2807)


def asked_for_places(user: User, agency: Agency, number: str = "26-1") -> PlacesRequest:
    """The person asked to see places for the case, and nobody has decided yet."""
    reason = "The suspect lives on this block."
    return ask_for_places(user=user, agency=agency, case_number=number, reason=reason)


def agreed_to_places(user: User, agency: Agency, number: str = "26-1") -> PlacesRequest:
    """A supervisor agreed that the person sees places for the case."""
    asked = asked_for_places(user, agency, number)
    return agree_to_places(user=staff(Role.SUPERVISOR, agency), asked=asked)


def map_purpose(
    user: User,
    agency: Agency,
    kind: str = PurposeKind.CALL,
    *,
    near: tuple[float, float] = DOWNTOWN,
    camera: Camera | None = None,
    number: str = "26-1",
) -> Purpose:
    """A purpose that opens the partner map; for a case a supervisor has agreed, a call is near downtown."""
    if kind == PurposeKind.CASE:
        agreed_to_places(user, agency, number)
    given: dict[str, Any] = {"case_number": number} if kind == PurposeKind.CASE else {}
    if kind == PurposeKind.CALL:
        given = {"call": call_of(agency, latitude=near[0], longitude=near[1])}
    return open_purpose(
        user=user,
        agency=agency,
        kind=kind,
        access=AccessKind.PARTNER_MAP,
        reason="A good reason",
        camera=camera.public_id if camera and kind == PurposeKind.REGISTRATION_REVIEW else None,
        **given,
    )
