"""Two people looked at places of cameras in the week before, so that the auditor's weekly review has what to judge."""

from __future__ import annotations

from apps.access.models import AccessKind, PlacesRequest, PurposeKind
from apps.access.services import agree_to_places, ask_for_places, open_purpose
from apps.agencies.models import Agency
from apps.cameras.selectors import places_in_view
from apps.demo.asking import MIDTOWN
from apps.demo.clock import Calendar, as_of
from apps.demo.founding import staff

_CASE = "TPD-26-022987"
_HALF = 0.0035  # degrees to each side of the middle: a map of some streets
_LOOKS = (
    ("detective@tpd.example", 9, "Canvass after the fire of Tuesday night: whose cameras face the alley."),
    ("sergeant@tpd.example", 14, "Wanted to know who has cameras near there."),
)


def look_at_places(calendar: Calendar) -> None:
    """On the Wednesday of the last whole week: each asks, the supervisor agrees, and each opens the map once."""
    if PlacesRequest.objects.exists():
        return
    agency, supervisor = Agency.objects.get(short_name="TPD"), staff("supervisor@tpd.example")
    wednesday = -calendar.anchor.weekday() - 5
    longitude, latitude = MIDTOWN
    for email, hour, reason in _LOOKS:
        user = staff(email)
        with as_of(calendar.at(wednesday, hour)):
            asked = ask_for_places(user=user, agency=agency, case_number=_CASE, reason=reason)
        with as_of(calendar.at(wednesday, hour, 20)):
            agree_to_places(user=supervisor, asked=asked)
        with as_of(calendar.at(wednesday, hour, 30)):
            purpose = open_purpose(
                user=user,
                agency=agency,
                kind=PurposeKind.CASE,
                access=AccessKind.PARTNER_MAP,
                case_number=_CASE,
                reason=reason,
            )
            around = (longitude - _HALF, latitude - _HALF, longitude + _HALF, latitude + _HALF)
            places_in_view(purpose=purpose, bounds=around, user=user)
