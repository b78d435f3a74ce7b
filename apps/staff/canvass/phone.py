"""What the phone at the doors asks for: the list, and a place for what it wrote down while it had no connection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.agencies.maps import map_config
from apps.canvass.models import Canvass
from apps.canvass.policies import can_correct_visit, goes_to_doors
from apps.canvass.sealing import open_entry, public_key_of
from apps.canvass.selectors import DoorRow, canvass_to_send_to, doors_of, get_canvass_for, visit_in
from apps.canvass.services import Told, correct_visit, record_visit
from apps.canvass.states import CanvassState, Outcome
from apps.core.errors import Busy, InvalidInput, NotFound, PortalError
from apps.core.instants import show_instant
from apps.geo import parse_area
from apps.staff.canvass.near import spot_of
from apps.staff.scene.forms import WallClock

AT_ONCE = 50
"""Entries in one sending; the phone sends the next ones afterwards."""


@require_safe
def doors(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """The canvass and its doors, for who goes to them. No browser stores it."""
    canvass = get_canvass_for(request.user, public_id)
    if not goes_to_doors(request.user, canvass):
        raise NotFound(_("There is no such canvass among yours."))
    rows = doors_of(canvass)
    return JsonResponse(
        {
            "where": canvass.where,
            "case": canvass.case.number,
            "isOpen": canvass.state == CanvassState.OPEN,
            "desk": reverse("admin:canvass_canvass_change", args=[canvass.public_id]),
            "near": reverse("admin:canvass_canvass_near", args=[canvass.public_id]),
            "key": public_key_of(canvass),
            "me": str(cast(User, request.user).public_id),
            "token": get_token(request),
            "doors": [_door(request, row, canvass) for row in rows],
            "spots": [spot_of(row) for row in rows if row.place],
            "rings": parse_area(canvass.area).rings if canvass.area else [],
            "map": map_config(with_zones=False),
        }
    )


@require_http_methods(["GET", "POST"])
def sync(request: HttpRequest, public_id: UUID) -> JsonResponse:
    """Take what the phone sealed; each entry is one act, and says whether it was taken. GET gives the token for it.

    Also for an officer who was removed: what was found is not lost, and nothing of the canvass is told in return.
    """
    user = cast(User, request.user)
    canvass = canvass_to_send_to(user, public_id)
    if request.method == "GET":
        return JsonResponse({"token": get_token(request)})
    try:
        sent = json.loads(request.body)
        entries = sent["entries"]
        keys = [UUID(entry["id"]) for entry in entries]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InvalidInput(_("This is no list of entries.")) from None
    if len(entries) > AT_ONCE:
        raise InvalidInput(_("Send at most %(most)d entries at once.") % {"most": AT_ONCE})
    clock = _instant(sent.get("sent_at"))
    skew = timezone.now() - clock if clock else None
    skew_s = round(skew.total_seconds()) if skew is not None else 0
    results = [
        {"id": str(key), **_take(user, canvass, key, entry, skew_s)} for key, entry in zip(keys, entries, strict=True)
    ]
    return JsonResponse({"results": results})


def _take(user: User, canvass: Canvass, key: UUID, entry: Mapping[str, Any], skew_s: int) -> dict[str, Any]:
    """One entry: kept, to be sent again later, or refused. What is refused goes back to the person, who mends it."""
    words: dict[str, Any] = {}
    try:
        words = open_entry(canvass, key, entry)
        if words.get("who") != str(user.public_id):
            return {"state": "others"}  # a shared phone: what a colleague found is sent in the colleague's name
        told = _told(words, canvass, skew_s)
        corrects = words.get("corrects")
        if corrects:
            correct_visit(visit=visit_in(canvass, _uuid(corrects)), user=user, told=told, request_key=key)
        else:
            record_visit(canvass=canvass, user=user, told=told, request_key=key)
    except Busy:
        return {"state": "later"}
    except PortalError as error:
        back = words if goes_to_doors(user, canvass) else {}
        return {"state": "refused", "problem": str(error.message), "words": back}
    return {"state": "kept"}


def _told(words: Mapping[str, Any], canvass: Canvass, skew_s: int) -> Told:
    """What the phone wrote down. Raises InvalidInput; a clock or a place that cannot be read is left out."""
    back = words.get("comeBack")
    try:
        come_back_at = WallClock().read(back, ZoneInfo(canvass.agency.time_zone)) if back else None
    except (ValidationError, TypeError):
        raise InvalidInput.about("come_back_at", _("Enter a date and a time.")) from None
    at = _instant(words.get("at"))
    return Told(
        address=cast(str, words.get("address")),
        outcome=str(words.get("outcome")),
        note=cast(str, words.get("note", "")),
        come_back_at=come_back_at,
        place=_place(words.get("place")),
        at=at,
        skew_s=skew_s if at else 0,
    )


def _instant(given: Any) -> datetime | None:
    try:
        at = parse_datetime(given)
        return at.astimezone(UTC) if at is not None and at.tzinfo is not None else None
    except (ValueError, TypeError, OverflowError):
        return None


def _place(given: Any) -> tuple[float, float] | None:
    try:
        latitude, longitude = (float(one) for one in given)
    except (ValueError, TypeError):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _uuid(given: Any) -> UUID:
    try:
        return UUID(str(given))
    except ValueError:
        raise NotFound(_("There is no such visit among yours.")) from None


def _gives(row: DoorRow) -> bool:
    return bool(row.last.visit.outcome == Outcome.WILL_GIVE)


def _door(request: HttpRequest, row: DoorRow, canvass: Canvass) -> dict[str, Any]:
    visit, zone = row.last.visit, canvass.agency.time_zone
    return {
        "address": row.door.address,
        "back": row.is_to_come_back,
        "outcome": visit.outcome,
        "outcomeName": capfirst(visit.get_outcome_display()),
        "comeBack": show_instant(visit.come_back_at, zone) if visit.come_back_at else "",
        "note": visit.note,
        "said": f"{visit.officer} · {show_instant(visit.happened_at, zone)}",
        "late": visit.get_late_display(),
        "visit": str(visit.public_id) if can_correct_visit(request.user, visit) else "",
        "visits": len(row.visits),
        "take": f"{reverse('admin:evidence_handover_begin')}?case={canvass.case.public_id}" if _gives(row) else "",
    }
