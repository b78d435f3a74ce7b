"""When a version may take effect: whole days of the city, after a notice period."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from apps.terms.models import Acceptance, TermsVersion
from apps.terms.states import TermsState


def today() -> date:
    """The day in the city."""
    return timezone.now().astimezone(ZoneInfo(settings.PORTAL_TIME_ZONE)).date()


def begin_of(day: date) -> datetime:
    """When the day begins in the city, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(settings.PORTAL_TIME_ZONE)).astimezone(UTC)


def earliest_effective_on(kind: str, *, material: bool) -> date:
    """The first day on which such a change, published today, may take effect.

    Where nobody has accepted anything yet, there is nobody to give notice to. The first version of a further document
    asks everybody for something new: it has the notice of a material change.
    """
    if not Acceptance.objects.exists():
        return today()
    in_force = TermsVersion.objects.filter(kind=kind, state=TermsState.IN_FORCE).exists()
    is_material = material or not in_force
    return today() + timedelta(days=settings.TERMS_NOTICE_DAYS if is_material else settings.TERMS_NOTICE_DAYS_OTHER)
