"""Whether a grant holds at an instant. It is asked at each access and kept nowhere: nothing has to run for an end."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone


def in_force(at: datetime | None = None, *, of: str = "") -> Q:
    """Grants that hold at `at` (now): not over, not revoked, and their agreement holds too.

    The instant of an end is over already. `of` leads to the grant, for queries of other rows, with its underscores.
    """
    at = at or timezone.now()
    return (
        (Q(**{f"{of}revoked_at__isnull": True}) | Q(**{f"{of}revoked_at__gt": at}))
        & (Q(**{f"{of}agreement__ended_at__isnull": True}) | Q(**{f"{of}agreement__ended_at__gt": at}))
        & (Q(**{f"{of}agreement__to_agency__isnull": True}) | Q(**{f"{of}agreement__to_agency__is_active": True}))
        & Q(
            **{
                f"{of}ends_at__gt": at,
                f"{of}agreement__starts_at__lte": at,
                f"{of}agreement__ends_at__gt": at,
                f"{of}agency__is_active": True,
            }
        )
    )
