"""When an owner reads of an access: at once, or after a supervisor's delay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from apps.access.models import TellingDelay
from apps.agencies.models import Case


@dataclass(frozen=True, slots=True)
class Delays:
    """The delays of some cases: spans of time, by the case's primary key. Times are UTC."""

    spans: dict[int, list[tuple[datetime, datetime]]]

    def is_told(self, case_pk: int, at: datetime) -> bool:
        """Whether an owner may read now of an access at this time. What happened before a delay was told already."""
        now = timezone.now()
        # Whatever the rows say, nothing is kept from an owner for longer than the limit.
        latest = at + timedelta(days=settings.LOOK_DELAY_MAX_DAYS)
        return not any(start <= at < end and now < min(end, latest) for start, end in self.spans.get(case_pk, ()))


def delays_of(cases: Iterable[int]) -> Delays:
    """The delays of these cases (primary keys) that are in force; one query."""
    rows = TellingDelay.objects.filter(case__in=set(cases), ends_at__gt=timezone.now())
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    for case, start, end in rows.values_list("case_id", "created_at", "ends_at"):
        spans.setdefault(case, []).append((start, end))
    return Delays(spans)


def delay_in_force(case: Case) -> TellingDelay | None:
    """The delay that is in force for the case."""
    return TellingDelay.objects.select_related("set_by").filter(case=case, ends_at__gt=timezone.now()).first()
