"""What a call for service proposes for a request: the place around it and the minutes around its arrival."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.calls.models import Call
from apps.core.errors import InvalidInput
from apps.geo.units import to_meters

# Narrow: whoever writes the request sees it on the map and changes it.
RADIUS_FT = 500
BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=15)
LEAST = timedelta(minutes=1)


def proposed_by(call: Call) -> dict[str, Any]:
    """Area, window, case number and reason for `draft_request`. The window ends now if the call has just come in.

    Raises InvalidInput for a call without a place.
    """
    if not call.has_place:
        raise InvalidInput(_("This call has no place. Write the request and draw the area on the map."))
    end = min(call.received_at + AFTER, timezone.now())
    return {
        "area": {
            "type": "Circle",
            "center": [call.longitude, call.latitude],
            "radius_m": to_meters(RADIUS_FT),
        },
        "window_start": min(call.received_at - BEFORE, end - LEAST),
        "window_end": end,
        "case_number": call.case_number,
        "reason": _("Call %(number)s: %(nature)s.") % {"number": call.number, "nature": call.nature},
    }
