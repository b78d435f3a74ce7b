"""search_records: which items a request may be about, by case, place and time; never by person (28 CFR 23).

A place is looked for in the areas that requests for footage asked about, not among partners' cameras: those stay
confidential here too (s. 119.071(3)(a), F.S.).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.access.models import AccessKind
from apps.access.selectors import may_access
from apps.access.services import record_access
from apps.accounts.models import User
from apps.core import text
from apps.core.errors import InvalidInput
from apps.disclosure.models import RecordsRequest, RequestedItem
from apps.disclosure.services.guard import locked_request, subject_of
from apps.evidence.models import EvidenceItem
from apps.evidence.policies import viewable_items
from apps.footage_requests.models import FootageRequest
from apps.geo.areas import parse_area
from apps.streets.search import find_places, streets_known

CASE_MAX, PLACE_MAX = 40, 120
NEAR_M = (150, 300, 800, 1600)
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; at least one of case, place and time. Both ends of the time are instants, or None."""

    case_number: str = ""
    place: str = ""
    near_m: int = NEAR_M[1]
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Items by case, the newest case first. `place` is how the portal read the place; `more`: there were too many."""

    items: Sequence[EvidenceItem]
    place: str
    more: bool


def search_records(*, request: RecordsRequest, user: User, wanted: Wanted) -> Found:
    """The agency's items that the request may be about, and that the custodian sees; recorded, or nothing is found.

    Raises as `locked_request`, NotAllowed (`code="purpose"`) without a records duty for this, InvalidInput.
    """
    case_number = text.line(wanted.case_number, field="case_number", most=CASE_MAX, required=False)
    place = text.line(wanted.place, field="place", most=PLACE_MAX, required=False)
    if not (case_number or place or wanted.since or wanted.until):
        sentence = _("Give a case number, a place or a time.")
        raise InvalidInput.about("case_number", sentence)
    if wanted.since and wanted.until and wanted.until <= wanted.since:
        sentence = _("The end is before the beginning.")
        raise InvalidInput.about("until", sentence)
    with transaction.atomic():
        mine = locked_request(request, user)
        purpose = may_access(user, AccessKind.RECORDS_SEARCH, agency=mine.agency).or_refuse()
        items = viewable_items(user).filter(agency=mine.agency)
        if case_number:
            items = items.filter(submission__case__number__iexact=case_number)
        items = _in_time(items, wanted)
        label = ""
        if place:
            label, near = _requests_near(mine, place, wanted.near_m)
            items = items.filter(submission__invitation__request__in=near)
        there = RequestedItem.objects.filter(request=mine, item_id=OuterRef("pk"))
        rows = items.annotate(added=Exists(there)).select_related("submission__case", "match__camera")
        found = list(rows.order_by("-submission__case_id", "-received_at", "-pk")[: SHOWN + 1])
        record_access(
            purpose,
            "records_request.searched",
            subject_of(mine),
            by=[name for name, given in _given(case_number, place, wanted).items() if given],
            found=len(found[:SHOWN]),
            private={
                "case_number": case_number,
                "place": place,
                "near_m": wanted.near_m if place else None,
                "since": wanted.since.isoformat() if wanted.since else "",
                "until": wanted.until.isoformat() if wanted.until else "",
            },
        )
        if mine.searched_at is None:
            mine.searched_at = timezone.now()
            mine.save(update_fields=["searched_at"])
        return Found(found[:SHOWN], label, len(found) > SHOWN)


def _given(case_number: str, place: str, wanted: Wanted) -> dict[str, bool]:
    return {"case": bool(case_number), "place": bool(place), "time": bool(wanted.since or wanted.until)}


def _in_time(items: QuerySet[EvidenceItem], wanted: Wanted) -> QuerySet[EvidenceItem]:
    """By the time that was asked for; a file that answers no request, by when it came."""
    asked = Q(submission__invitation__isnull=False)
    if wanted.since:
        items = items.filter(
            Q(asked, submission__invitation__request__window_end__gte=wanted.since)
            | Q(~asked, received_at__gte=wanted.since)
        )
    if wanted.until:
        items = items.filter(
            Q(asked, submission__invitation__request__window_start__lte=wanted.until)
            | Q(~asked, received_at__lte=wanted.until)
        )
    return items


def _requests_near(request: RecordsRequest, place: str, near_m: int) -> tuple[str, list[int]]:
    """How the place was read, and the agency's requests whose area is within `near_m` meters of it."""
    if near_m not in NEAR_M:
        raise InvalidInput(_("Choose how near."), fields={"near_m": _("Choose how near.")})
    places = find_places(place, most=1)
    if not places:
        sentence = (
            _("No street, corner or address of this name is known here. Try the street alone.")
            if streets_known()
            else _("The portal knows no streets yet, so it cannot search by place. Search by case or by time.")
        )
        raise InvalidInput.about("place", sentence)
    found = places[0]
    around = parse_area({"type": "Circle", "center": [found.longitude, found.latitude], "radius_m": near_m})
    asked = FootageRequest.objects.filter(agency=request.agency, opened_at__isnull=False).values_list("pk", "area")
    known = list(asked.iterator(chunk_size=1000))
    outlines = np.asarray([parse_area(area).polygon for _pk, area in known], dtype=object)
    meets = around.intersects_many(outlines)
    return found.label, [pk for (pk, _area), met in zip(known, meets, strict=True) if met]
