"""What may go, when, and why not yet: rows for the page of retention, the desk, and an item's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from apps.agencies.models import Agency
from apps.agencies.policies import Person
from apps.evidence.models import EvidenceItem
from apps.evidence.policies import viewable_items
from apps.evidence.states import ItemState
from apps.retention.models import Disposition, RetentionRule
from apps.retention.obstacles import free, obstacles_of, words_of
from apps.retention.policies import viewable_dispositions
from apps.retention.selectors import rule_by_key, rules_in_force, with_dates
from apps.retention.states import DisposalState

SHOWN = 20
SOON = timedelta(days=90)
DUE, COMING, KEPT, NO_RULE = "due", "coming", "kept", "none"


@dataclass(frozen=True, slots=True)
class Expiring:
    """An item, the rule that fits it, when its time is over, and what keeps it still."""

    item: EvidenceItem
    rule: RetentionRule | None
    at: datetime | None
    reasons: list[str]

    @property
    def is_over(self) -> bool:
        """Whether its time is over."""
        return self.at is not None and self.at <= timezone.now()


def dated_items(user: Any, agencies: Iterable[Agency], rules: list[RetentionRule]) -> QuerySet[Any]:
    """The person's items of these agencies with their dates, the first to go first."""
    kept = viewable_items(user).filter(agency__in=list(agencies)).exclude(state=ItemState.DISPOSED)
    items = with_dates(kept, rules)
    named = items.select_related("agency", "submission__case")
    return named.order_by(F("expires_at").asc(nulls_last=True), "pk")


def shown(items: QuerySet[Any], show: str) -> QuerySet[Any]:
    """Those that may go now, whose time comes soon, whose time is over and that are kept, or that no rule fits."""
    now = timezone.now()
    if show == COMING:
        return items.filter(expires_at__gt=now, expires_at__lte=now + SOON)
    if show == KEPT:
        return items.filter(expires_at__lte=now).exclude(pk__in=free(EvidenceItem.objects.all()).values("pk"))
    if show == NO_RULE:
        return items.filter(rule_key__isnull=True)
    return free(items.filter(expires_at__lte=now))


def rows_of(items: Iterable[Any], rules: list[RetentionRule]) -> list[Expiring]:
    """The items with rule and reasons; a query for each kind of reason."""
    found = list(items)
    known, reasons = rule_by_key(rules), obstacles_of(found)
    return [
        Expiring(
            item=item,
            rule=known.get(item.rule_key or ""),
            at=item.expires_at,
            reasons=words_of(reasons[item.pk]),
        )
        for item in found
    ]


def waiting_for(user: Person, agencies: Iterable[Agency]) -> list[Disposition]:
    """Proposals of these agencies that the person sees and nobody decided, the oldest first."""
    rows = viewable_dispositions(user).filter(agency__in=list(agencies), state=DisposalState.PROPOSED)
    return list(rows.select_related("item__submission__case", "proposed_by").order_by("pk")[:SHOWN])


def expiry_of(item: EvidenceItem) -> Expiring:
    """One item."""
    rules = rules_in_force([item.agency])
    dated = with_dates(EvidenceItem.objects.filter(pk=item.pk), rules)
    [row] = rows_of(dated, rules)
    return row
