"""Counting reports, so that nobody can fill the table."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.accounts.tallies import Counter, Limit, take
from apps.findings.services import notice
from apps.ledger.values import Subject
from apps.policy_reports.models import PolicyReport
from apps.policy_reports.reading import WORDS, Violation

A_MINUTE = Limit("policy_reports", 120, 60)
ROWS_A_DAY = 200
KEPT_DAYS = 90


def may_report() -> bool:
    """Whether one more report is taken in this minute. All callers share the limit: none of them is remembered."""
    return take(Counter(A_MINUTE, "all")).passes


def count_violation(violation: Violation) -> bool:
    """Count it in the day's row; False where the day has no room for one more row. Opens or counts up a finding."""
    today = timezone.now().date()
    key = {"day": today, "directive": violation.directive, "blocked": violation.blocked, "page": violation.page}
    if _count_up(key):
        return True
    if PolicyReport.objects.filter(day=today).count() >= ROWS_A_DAY:
        return False
    _forget_old(today)
    try:
        with transaction.atomic():
            PolicyReport.objects.create(**key)
    except IntegrityError:  # another process made it in between
        return _count_up(key)
    blocked = violation.blocked if violation.blocked in (*WORDS, "self", "other") else "another origin"
    facts = {"directive": violation.directive, "page": violation.page, "blocked": blocked}
    notice("policy.violated", about=Subject("directive", violation.directive), facts=facts)
    return True


def _count_up(key: dict[str, object]) -> bool:
    return bool(PolicyReport.objects.filter(**key).update(count=F("count") + 1))


def _forget_old(today: date) -> None:
    PolicyReport.objects.filter(day__lt=today - timedelta(days=KEPT_DAYS)).delete()
