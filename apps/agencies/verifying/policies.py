"""Who reads the checks of the ledger."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Role, Verification
from apps.agencies.policies import Person, serves_as


def viewable_verifications(user: Person) -> QuerySet[Verification]:
    """Auditors read all of them: the ledger is one for all agencies, and a check names nobody but who asked."""
    allowed = serves_as(user, Role.AUDITOR)
    return Verification.objects.select_related("asked_by") if allowed else Verification.objects.none()


def can_view_verification(user: Person, verification: Verification) -> bool:
    return serves_as(user, Role.AUDITOR)
