"""Reads of agencies, cases and purposes."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from apps.agencies.models import Agency, Case, Purpose, PurposeKind
from apps.agencies.policies import Person, agencies_of


def _current(user: Person) -> QuerySet[Purpose]:
    if not user.is_authenticated:
        return Purpose.objects.none()
    return Purpose.objects.filter(
        user_id=user.pk, ends_at__gt=timezone.now(), agency__in=agencies_of(user)
    ).select_related("agency", "case")


def current_purpose(user: Person, agency: Agency | None = None) -> Purpose | None:
    """The newest purpose of this person that has not ended, in `agency` if given.

    A purpose dies with the role: who no longer serves in its agency has none.
    """
    rows = _current(user)
    if agency is not None:
        rows = rows.filter(agency=agency)
    return rows.order_by("-created_at", "-pk").first()


def purpose_for_case(user: Person, case: Case) -> Purpose | None:
    """The person's newest purpose for this very case that has not ended."""
    return _current(user).filter(kind=PurposeKind.CASE, case=case).order_by("-created_at", "-pk").first()
