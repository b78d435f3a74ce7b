"""What was asked for is not disposed of: while the request is open, and 30 days beyond.

s. 119.07(1)(h), F.S., says 30 days from a request to which an exemption was asserted. Here the days run from the
answer, and for everything that the request reaches, so nobody who goes to court finds nothing there. When a court is
asked within those days, the custodian places a hold on the item.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from apps.disclosure.models import RequestedItem
from apps.disclosure.states import OPEN_STATES, Decision
from apps.evidence.models import EvidenceItem

PAUSE = timedelta(days=30)


def _pausing() -> QuerySet[RequestedItem]:
    recent = Q(request__ended_at__gt=timezone.now() - PAUSE)
    asked = RequestedItem.objects.filter(Q(request__state__in=OPEN_STATES) | recent)
    return asked.exclude(decision=Decision.NOT_ASKED)


def asked_for(items: QuerySet[EvidenceItem]) -> QuerySet[EvidenceItem]:
    """Those of the items that a records request keeps."""
    return items.filter(Exists(_pausing().filter(item_id=OuterRef("pk"))))


def requests_that_keep(item: EvidenceItem) -> QuerySet[RequestedItem]:
    """The lines of requests that keep this item now."""
    return _pausing().filter(item=item).select_related("request").order_by("pk")


def kept_until(line: RequestedItem) -> datetime | None:
    """Until when (UTC) the line keeps its item, as known now; None while its request is open."""
    return line.request.ended_at + PAUSE if line.request.ended_at else None
