"""Registered cameras around a canvass: opened by a press, under a purpose for its case, and recorded as on the map."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.access.models import AccessKind, Purpose
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.cameras.selectors import places_in_view
from apps.canvass.models import Canvass
from apps.canvass.selectors import DoorRow, get_canvass_for
from apps.core.errors import InvalidInput, NotAllowed
from apps.geo import for_map, parse_area

_NO_STORE = {"Cache-Control": "no-store"}


def map_purpose(user: User, canvass: Canvass) -> Purpose | None:
    """The person's purpose for the partner map of this case, if there is one now."""
    answer = may_access(user, AccessKind.PARTNER_MAP, agency=canvass.agency, case=canvass.case)
    return answer.purpose


@require_POST
def near(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """The cameras around the canvass that the person's purpose opens; an access. Raises NotAllowed without one."""
    user = cast(User, request.user)
    canvass = get_canvass_for(user, public_id)
    if canvass.area is None:
        raise InvalidInput(_("This canvass has no area. Look on the partner map."))
    purpose = map_purpose(user, canvass)
    if purpose is None:
        raise NotAllowed(_("Open the partner map first, and record this case there as your reason."), code="purpose")
    seen: dict[str, dict[str, Any]] = {}
    limit = ""
    for place in parse_area(canvass.area).places:
        view = places_in_view(purpose=purpose, bounds=place.bounds, user=user)
        limit = view.limit or limit
        seen |= {str(one.camera.public_id): _shown(one) for one in view.cameras}
    return JsonResponse({"cameras": list(seen.values()), "limit": limit}, headers=_NO_STORE)


def spot_of(row: DoorRow) -> dict[str, Any]:
    """A door for the map. Its place has to be known."""
    latitude, longitude = row.place or (0.0, 0.0)
    return {"at": [longitude, latitude], "back": row.is_to_come_back}


def _shown(one: Any) -> dict[str, Any]:
    camera = one.camera
    return {
        "id": str(camera.public_id),
        "name": f"{camera.site.partner.name} · {camera.name}",
        "site": camera.site.name,
        **for_map(one.place),
    }
