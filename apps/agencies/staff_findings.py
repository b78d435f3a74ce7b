"""Telling the agencies of a person when many devices guess at the account."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import User
from apps.agencies.models import Agency, RoleGrant
from apps.findings.services import notice
from apps.ledger.values import Subject


def notice_flood(*, person: User, facts: dict[str, Any], **_: Any) -> None:
    """Receives `staff_flooded`: told to each agency where the person serves."""
    grants = RoleGrant.objects.filter(user=person, ended_at__isnull=True).values("agency_id")
    for agency in Agency.objects.filter(pk__in=grants).order_by("pk"):
        notice("sign_in.flood", about=Subject.of("user", person.public_id), agency=agency.public_id, facts=facts)
