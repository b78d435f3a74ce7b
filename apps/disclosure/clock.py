"""The days of a records request: by when it is acknowledged and answered, and when an exemption is looked at again.

The law says “promptly” and “in good faith” (s. 119.07(1)(c), F.S.) and names no number of days; the numbers are the
agency's own rule, which its records custodian signs. Days are those of the agency's time zone.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Case, DateField, F, QuerySet, When

from apps.agencies.days import today_in
from apps.agencies.models import Agency
from apps.disclosure.models import RecordsRequest, Withholding
from apps.disclosure.states import OPEN_STATES, RecordsState

NEXT_DAY = Case(
    When(state=RecordsState.RECEIVED, then=F("acknowledge_by")),
    When(state__in=OPEN_STATES, then=F("answer_by")),
    output_field=DateField(),
)
"""`next_day` in a query."""


def days_of(agency: Agency, received_at: datetime) -> tuple[date, date]:
    """By when a request that came then is acknowledged, and by when answered."""
    day = today_in(agency, received_at)
    return (
        day + timedelta(days=settings.RECORDS_ACKNOWLEDGE_DAYS),
        day + timedelta(days=max(settings.RECORDS_ANSWER_DAYS, settings.RECORDS_ACKNOWLEDGE_DAYS)),
    )


def next_day(request: RecordsRequest) -> date | None:
    """The day that the request waits for; None once it has ended."""
    if request.state == RecordsState.RECEIVED:
        return request.acknowledge_by
    return request.answer_by if request.state in OPEN_STATES else None


def days_left(request: RecordsRequest) -> int | None:
    """Whole days until the next day, 0 on it, negative when it is over; None once the request has ended."""
    day = next_day(request)
    return None if day is None else (day - today_in(request.agency)).days


def waiting_until(agency: Agency, day: date) -> QuerySet[RecordsRequest]:
    """Open requests of the agency that wait for `day` or an earlier one, the first day first."""
    waiting = RecordsRequest.objects.filter(agency=agency).alias(next_day=NEXT_DAY)
    return waiting.filter(next_day__lte=day).order_by("next_day", "pk")


def to_look_at_again(agency: Agency, day: date) -> QuerySet[Withholding]:
    """What is withheld for a time, in force, and whose day of review has come by `day`."""
    return Withholding.objects.filter(
        request__agency=agency, ended_at__isnull=True, review_on__isnull=False, review_on__lte=day
    ).order_by("review_on", "pk")
