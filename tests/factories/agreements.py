"""Agreements for tests."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.agencies.models import Agency, Role
from apps.agreements.models import Agreement
from apps.agreements.services import make_agreement
from tests.factories.people import staff

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def agreement_of(from_agency: Agency, to_agency: Agency | None, *items: tuple[str, str], **said: Any) -> Agreement:
    """An agreement from today for a week, made by a manager of the agency that shares."""
    today = timezone.localdate()
    usual: dict[str, Any] = {
        "user": said.pop("user", None) or staff(Role.PROGRAM_MANAGER, from_agency),
        "title": "What we share",
        "first_day": today - timedelta(days=1),
        "last_day": today + timedelta(days=7),
        "file": io.BytesIO(PDF),
    }
    return make_agreement(
        from_agency=from_agency, to_agency=to_agency, items=items or [("calls", "")], **(usual | said)
    )
