"""Versions of the specification beside each other: what changed, and how all cameras would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.cameras import policies
from apps.cameras.checks import LEVELS, Check, missed_at
from apps.cameras.models import Evaluation, Specification
from apps.cameras.rules import RULES, Rule, judged_cameras
from apps.cameras.services.runs import OPEN, is_given_up
from apps.cameras.states import ConformanceOutcome, SpecificationState
from apps.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Preview:
    """How all cameras would do under some checks."""

    total: int
    passed: int
    warned: int
    failed: int


def preview_of(checks: list[Check]) -> Preview:
    """Count, in one statement, how all cameras would do under these checks. Nothing is written."""
    fails = missed_at(ConformanceOutcome.FAIL, checks)
    warns = missed_at(ConformanceOutcome.WARN, checks)
    # Two counts that cannot miss each other: a comparison with a fact that nobody stated is unknown in SQL, and so
    # would be its negation.
    counted = judged_cameras().aggregate(
        total=Count("pk"), failed=Count("pk", filter=fails), missed=Count("pk", filter=fails | warns)
    )
    total, failed, missed = counted["total"], counted["failed"], counted["missed"]
    return Preview(total=total, passed=total - missed, warned=missed - failed, failed=failed)


@dataclass(frozen=True, slots=True)
class Change:
    """One check that differs between two versions. `before` or `after` is None where the check is not asked there."""

    rule: Rule
    level: str
    before: Check | None
    after: Check | None

    @property
    def limit_differs(self) -> bool:
        """Whether the number changed; otherwise it is the words, or the whole check."""
        return bool(self.before and self.after and self.before.get("value") != self.after.get("value"))


def changes_between(before: list[Check], after: list[Check]) -> list[Change]:
    """The checks that differ, in the order of the rules."""
    one = {(check["rule"], check["level"]): check for check in before}
    other = {(check["rule"], check["level"]): check for check in after}
    return [
        Change(rule, level, one.get((rule.key, level)), other.get((rule.key, level)))
        for rule in RULES.values()
        for level in LEVELS
        if one.get((rule.key, level)) != other.get((rule.key, level))
    ]


def get_specification_for(user: Person, public_id: UUID) -> Specification:
    """The version, if the person may see it. Raises NotFound otherwise."""
    found = policies.viewable_specifications(user).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such specification."))
    return found


def get_draft_for(user: Person) -> Specification | None:
    """The draft, if there is one that the person may see."""
    return policies.viewable_specifications(user).filter(state=SpecificationState.DRAFT).first()


def version_before(specification: Specification) -> Specification | None:
    """What this version is compared with: the one in force for a draft, the one it superseded otherwise."""
    published = Specification.objects.filter(number__isnull=False)
    if specification.number is not None:
        published = published.filter(number__lt=specification.number)
    return published.order_by("-number").first()


def evaluation_of(specification: Specification) -> Evaluation | None:
    """The job that judges all cameras against this version; none for drafts."""
    return Evaluation.objects.filter(specification=specification).first()


def progress_of(evaluation: Evaluation) -> dict[str, Any]:
    """How far it is, for the page and its script."""
    return {
        "state": evaluation.state,
        "words": str(evaluation.get_state_display()),
        "total": evaluation.total,
        "done": evaluation.done,
        "running": evaluation.state in OPEN,
        "given_up": is_given_up(evaluation),
    }


def languages() -> list[tuple[str, str]]:
    """The portal's languages by their own names."""
    return list(settings.LANGUAGES)
