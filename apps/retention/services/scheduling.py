"""publish_schedule: an agency's next version of its rules of retention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Agency
from apps.core import text
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.locks import locked
from apps.evidence.states import Triage
from apps.footage_requests.incident_types import incident_choices
from apps.footage_requests.states import Outcome
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.retention import policies
from apps.retention.models import RetentionRule, RetentionSchedule
from apps.retention.selectors import present_schedule
from apps.retention.states import Basis

MOST, TITLE_MAX, SERIES_MAX, REASON_MAX = 40, 120, 60, 500
LONGEST_DAYS = 36_525  # a hundred years


@dataclass(frozen=True, slots=True)
class Given:
    """One rule as it was entered. Empty conditions fit every item; a row without title and days is left out."""

    title: str
    series: str
    days: int | None
    triage: str = ""
    outcome: str = ""
    incident_type: str = ""
    basis: str = Basis.RECEIVED


def publish_schedule(
    *, user: User, agency: Agency, rules: Sequence[Given], reason: str, number: int
) -> RetentionSchedule:
    """Make these the agency's rules from now on, for all its items. `number` is the version that the person read.

    Raises NotAllowed for anybody but a custodian or program manager, InvalidInput with a sentence for each field that
    is wrong (`<field>_<row>`), Stale if a colleague published meanwhile. The same rules again change nothing.
    """
    if not policies.can_write_rules(user, agency):
        raise NotAllowed(_("Only a records custodian or a program manager writes rules of retention."), code="role")
    reason = text.line(reason, field="reason", most=REASON_MAX)
    made = _checked(agency, rules)
    with transaction.atomic():
        agency = locked(Agency.objects).get(pk=agency.pk)
        present = present_schedule(agency)
        if (present.number if present else 0) != number:
            raise Stale(_("A colleague published other rules a moment ago. Read them first."))
        if present and [_values(one) for one in present.rules.all()] == [_values(one) for one in made]:
            return present
        schedule = RetentionSchedule.objects.create(agency=agency, number=number + 1, reason=reason, made_by=user)
        for position, rule in enumerate(made, start=1):
            rule.schedule, rule.position = schedule, position
        RetentionRule.objects.bulk_create(made)
        ledger.record(
            "retention_schedule.published",
            Subject.of("retention_schedule", schedule.public_id),
            acting_as(user, agency, *policies.WRITERS).actor,
            agency=str(agency.public_id),
            number=schedule.number,
            rules=[_values(rule) for rule in made],
            reason=reason,
        )
        return schedule


def _checked(agency: Agency, given: Sequence[Given]) -> list[RetentionRule]:
    problems: dict[str, Any] = {}
    kinds = {code for code, _name in incident_choices(agency)}
    made = []
    for row, one in enumerate(given):
        if not (one.title.strip() or one.series.strip() or one.days):
            continue
        words = {}
        for name, most in (("title", TITLE_MAX), ("series", SERIES_MAX)):
            try:
                words[name] = text.line(getattr(one, name), field=f"{name}_{row}", most=most)
            except InvalidInput as error:
                problems |= error.fields
        if not one.days or not 0 < one.days <= LONGEST_DAYS:
            problems[f"days_{row}"] = _("Give a number of days, from 1 to 36,525.")
        for name, known in (("triage", Triage.values), ("outcome", Outcome.values), ("incident_type", kinds)):
            if getattr(one, name) and getattr(one, name) not in known:
                problems[f"{name}_{row}"] = _("Choose one of the list.")
        if one.basis not in Basis.values:
            problems[f"basis_{row}"] = _("Choose one of the list.")
        made.append(
            RetentionRule(
                **words,
                days=one.days or 0,
                triage=one.triage,
                outcome=one.outcome,
                incident_type=one.incident_type,
                basis=one.basis,
            )
        )
    if problems:
        raise InvalidInput(next(iter(problems.values())), fields=problems)
    if len(made) > MOST:
        raise InvalidInput(_("A schedule has at most %(most)d rules.") % {"most": MOST})
    return made


def _values(rule: RetentionRule) -> dict[str, Any]:
    names = ("title", "series", "triage", "outcome", "incident_type", "basis", "days")
    return {name: getattr(rule, name) for name in names}
