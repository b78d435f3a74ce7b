"""Where an approved request lets staff see places, and the cases for which places were opened without any approval."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from apps.access.allowance import PLACE
from apps.access.models import AccessEvent, PlacesRequest, Purpose, PurposeKind
from apps.access.reach import grown
from apps.access.states import AskState
from apps.agencies.models import Case
from apps.findings.services import notice
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.states import RequestState
from apps.geo import Bounds, parse_area
from apps.ledger.values import Subject


def boxes_of_open_requests(case: Case) -> Iterator[Bounds]:
    """A box around each place of each open request of the case, with a margin of REQUEST_NEAR_M.

    Never one box around all places of a request: nobody approved what lies between them.
    """
    open_requests = FootageRequest.objects.filter(case=case, agency_id=case.agency_id, state=RequestState.OPEN).exclude(
        approved_at=None
    )
    for area in open_requests.order_by("pk").values_list("area", flat=True):
        for place in parse_area(area).places:
            yield grown(place.bounds, settings.REQUEST_NEAR_M)


def cases_without_approval(*, since: datetime) -> QuerySet[Case]:
    """Cases for which places were opened since then, no request was ever approved and no supervisor agreed."""
    opened = AccessEvent.objects.filter(
        purpose__case=OuterRef("pk"),
        purpose__kind=PurposeKind.CASE,
        subject_kind=PLACE,
        entry__recorded_at__gt=since,
    )
    return with_approval(Case.objects.filter(Exists(opened))).filter(approved=False)


def with_approval(cases: QuerySet[Any]) -> QuerySet[Any]:
    """The cases with `approved`: whether a request was ever approved for the case or a supervisor agreed to places."""
    found: QuerySet[Any] = cases.annotate(
        approved=Exists(FootageRequest.objects.filter(case=OuterRef("pk"), approved_at__isnull=False))
        | Exists(PlacesRequest.objects.filter(case=OuterRef("pk"), state=AskState.AGREED))
    )
    return found


def notice_cases_without_approval(*, since: datetime) -> int:
    """Tell the auditors of each such case; returns how many."""
    found = list(cases_without_approval(since=since).select_related("agency").order_by("pk"))
    for case in found:
        purposes = Purpose.objects.filter(case=case, kind=PurposeKind.CASE).count()
        notice(
            "access.case_without_approval",
            about=Subject.of("case", case.public_id),
            agency=case.agency.public_id,
            facts={"purposes": purposes},
        )
    return len(found)
