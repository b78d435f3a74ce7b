"""Reads of agencies, cases and purposes."""

from __future__ import annotations

from django.utils import timezone

from apps.agencies.models import Agency, Case, Purpose, PurposeKind
from apps.agencies.policies import Person, agencies_of


def current_purpose(
    user: Person, access: str, *, agency: Agency | None = None, case: Case | None = None, kind: str = ""
) -> Purpose | None:
    """The newest purpose of this person that opens this kind of look and has not ended.

    `agency`, `case` and `kind` narrow the choice. A purpose ends with the person's role in its agency.
    """
    if not user.is_authenticated:
        return None
    rows = Purpose.objects.filter(
        user_id=user.pk, access=access, ends_at__gt=timezone.now(), agency__in=agencies_of(user)
    )
    if agency is not None:
        rows = rows.filter(agency=agency)
    if case is not None:
        rows = rows.filter(kind=PurposeKind.CASE, case=case)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.select_related("agency", "case").order_by("-created_at", "-pk").first()
