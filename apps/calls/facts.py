"""What is said about a call, checked before anything is stored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.calls.models import PRIORITIES
from apps.calls.states import CallState
from apps.core import text
from apps.core.errors import InvalidInput

# Clocks of two systems differ; more than this is a mistake.
AHEAD = timedelta(minutes=5)
# How far outside the city's bounds a place is still believed, in degrees: agencies help their neighbors.
AROUND = 1.0


@dataclass(frozen=True, slots=True)
class CallFacts:
    """A call as it is reported at `changed_at`. Times are aware instants, places in degrees."""

    number: str
    nature: str
    state: str
    priority: int
    address: str
    latitude: float | None
    longitude: float | None
    case_number: str
    received_at: datetime
    changed_at: datetime

    @classmethod
    def checked(
        cls,
        *,
        number: str,
        nature: str,
        received_at: datetime,
        state: str = CallState.ACTIVE,
        priority: int = 5,
        address: str = "",
        latitude: float | None = None,
        longitude: float | None = None,
        case_number: str = "",
        changed_at: datetime | None = None,
    ) -> CallFacts:
        """Raises InvalidInput with a sentence for each field that cannot be."""
        problems: dict[str, Any] = {}

        def line(field: str, value: str, most: int, *, required: bool = True) -> str:
            try:
                return text.line(value, field=field, most=most, required=required)
            except InvalidInput as error:
                problems.update(error.fields)
                return ""

        facts = cls(
            number=line("number", number, 40),
            nature=line("nature", nature, 80),
            state=state,
            priority=priority,
            address=line("address", address, 200, required=False),
            latitude=latitude,
            longitude=longitude,
            case_number=line("case_number", case_number, 40, required=False),
            received_at=received_at,
            changed_at=changed_at or received_at,
        )
        if state not in CallState.values:
            problems["state"] = _("A call is waiting, active or closed.")
        if not PRIORITIES[0] <= priority <= PRIORITIES[1]:
            problems["priority"] = _("Give a priority from 1 (most urgent) to 9.")
        for field, said in (("received_at", received_at), ("changed_at", changed_at)):
            if said is not None and said > timezone.now() + AHEAD:
                problems[field] = _("This time is in the future. Check the clock that it came from.")
        problems |= _place_problems(latitude, longitude)
        if problems:
            raise InvalidInput(next(iter(problems.values())), fields=problems)
        return facts


def _place_problems(latitude: float | None, longitude: float | None) -> dict[str, str]:
    if latitude is None and longitude is None:
        return {}
    if latitude is None or longitude is None:
        missing = "latitude" if latitude is None else "longitude"
        return {missing: _("Give latitude and longitude, or neither.")}
    west, south, east, north = (float(edge) for edge in settings.PORTAL_BOUNDS)
    near = south - AROUND <= latitude <= north + AROUND and west - AROUND <= longitude <= east + AROUND
    if near and math.isfinite(latitude) and math.isfinite(longitude):
        return {}
    return {"latitude": _("This place is far away from the city. Send no place rather than a wrong one.")}
