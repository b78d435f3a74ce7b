"""When each item may go, by the rules of its agency; computed at each read and kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from apps.agencies.models import Agency
from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.core.reading import asked_once
from apps.evidence.models import EvidenceItem, GivenAgain
from apps.retention.models import Disposition, RetentionRule, RetentionSchedule
from apps.retention.policies import viewable_dispositions
from apps.retention.states import Basis

_REQUEST = "submission__invitation__request__"
_STARTS = {Basis.RECEIVED: "received_at", Basis.REQUEST_ENDED: f"{_REQUEST}ended_at"}
_AGAIN = {Basis.RECEIVED: "created_at", Basis.REQUEST_ENDED: "match__request__ended_at"}


def _start(basis: Basis) -> Any:
    """When the time of a rule begins; of a file that was given again, with the last request that it serves."""
    again = GivenAgain.objects.filter(item_id=OuterRef("pk")).order_by(F(_AGAIN[basis]).desc(nulls_last=True))
    last = Subquery(again.values(_AGAIN[basis])[:1], output_field=DateTimeField())
    return Greatest(F(_STARTS[basis]), Coalesce(last, F(_STARTS[basis])))


def present_schedule(agency: Agency) -> RetentionSchedule | None:
    """The agency's newest version; None where it has none, and then nothing gets a date."""
    rows = RetentionSchedule.objects.filter(agency=agency).select_related("made_by")
    return asked_once(("schedule", agency.pk), rows.prefetch_related("rules").order_by("-number").first)


def rules_in_force(agencies: Iterable[Agency]) -> list[RetentionRule]:
    """The rules of these agencies, those of each in their order."""
    found = []
    for agency in agencies:
        if schedule := present_schedule(agency):
            found += [_with_schedule(rule, schedule) for rule in schedule.rules.all()]
    return found


def with_dates(items: QuerySet[EvidenceItem], rules: list[RetentionRule]) -> QuerySet[Any]:
    """The items with `rule_key` (the rule that fits, or None) and `expires_at` (UTC; None while nothing counts yet)."""
    if not rules:
        none: Any = Value(None, output_field=DateTimeField())
        return items.annotate(rule_key=Value(None, output_field=CharField()), expires_at=none)
    keys = [When(_fits(rule), then=Value(str(rule.pk))) for rule in rules]
    dates = [
        When(
            _fits(rule),
            then=ExpressionWrapper(_start(Basis(rule.basis)) + timedelta(days=rule.days), DateTimeField()),
        )
        for rule in rules
    ]
    return items.annotate(
        rule_key=Case(*keys, default=None, output_field=CharField()),
        expires_at=Case(*dates, default=None, output_field=DateTimeField()),
    )


def rule_by_key(rules: list[RetentionRule]) -> dict[str, RetentionRule]:
    """By `rule_key`."""
    return {str(rule.pk): rule for rule in rules}


def get_disposition_for(user: Person, public_id: UUID | str) -> Disposition:
    """The disposition, if the person may read it. Raises NotFound."""
    rows = viewable_dispositions(user).select_related(
        "agency", "item__agency", "item__submission__case", "schedule", "proposed_by", "decided_by"
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such disposition of your agencies."))
    return found


def last_disposition(item: EvidenceItem) -> Disposition | None:
    """The newest proposal about the item, whatever came of it."""
    rows = Disposition.objects.filter(item=item).select_related("proposed_by", "decided_by")
    return rows.order_by("-pk").first()


def _with_schedule(rule: RetentionRule, schedule: RetentionSchedule) -> RetentionRule:
    rule.schedule = schedule
    return rule


def _fits(rule: RetentionRule) -> Q:
    """The condition of the rule; an empty field of it asks nothing."""
    asked = Q(agency_id=rule.schedule.agency_id)
    if rule.triage:
        asked &= Q(triage=rule.triage)
    if rule.outcome:
        asked &= Q(**{f"{_REQUEST}outcome": rule.outcome})
    if rule.incident_type:
        asked &= Q(**{f"{_REQUEST}incident_type": rule.incident_type})
    return asked
