"""Staff accounts that nobody uses are disabled (CJIS AC-2(3))."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from apps.accounts import staff_holds
from apps.accounts.models import USES, HoldKind, SignInEvent, StaffHold, User
from apps.accounts.staff_events import last_use_of
from apps.agencies import staff_mails
from apps.core.locks import locked
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

CLOCK = Actor.system("idle_staff")


def look_after_idle_staff(*, now: datetime | None = None) -> tuple[int, int]:
    """Warn the owners of staff accounts that will be disabled soon, and disable those unused for STAFF_UNUSED_DAYS.

    By default mails at 76 and 83 days and the end at 90. Each person is a transaction of his own: killed anywhere and
    run again, the rest follows; a warning goes out once for a day of last use, and an account is disabled once, with
    one ledger entry. A release counts as use. Returns how many mails and how many accounts.
    """
    now = now or timezone.now()
    warnings = sorted(settings.STAFF_UNUSED_WARNINGS)
    first = min([*warnings, settings.STAFF_UNUSED_DAYS])
    warned = disabled = 0
    for person in _unused_since(now - timedelta(days=first)):
        with transaction.atomic():
            person = locked(User.objects).get(pk=person.pk)
            used = _last_counted(person)
            days = (now - used).days
            if not person.is_active or days < first:
                continue
            if days >= settings.STAFF_UNUSED_DAYS:
                disabled += _disable(person, days)
            else:
                mark = max(day for day in warnings if day <= days)
                staff_mails.tell(
                    "unused",
                    person,
                    key=f"{used.date().isoformat()}:{mark}",
                    days_left=settings.STAFF_UNUSED_DAYS - days,
                )
                warned += 1
    return warned, disabled


def _unused_since(moment: datetime) -> QuerySet[User]:
    """Open staff accounts without any use after `moment`."""
    recent = SignInEvent.objects.filter(succeeded=True, kind__in=USES, at__gt=moment, user__isnull=False).values(
        "user_id"
    )
    return (
        User.objects.filter(is_staff=True, is_active=True)
        .annotate(used=Greatest("date_joined", Coalesce("last_login", "date_joined")))
        .filter(used__lte=moment)
        .exclude(pk__in=recent)
        .order_by("pk")
    )


def _last_counted(person: User) -> datetime:
    # A lock that ended by itself is nobody's use: strangers make locks.
    by_somebody = StaffHold.objects.filter(user=person).exclude(kind=HoldKind.LOCKED, released_by__isnull=True)
    released: datetime | None = by_somebody.aggregate(at=Max("released_at"))["at"]
    used = last_use_of(person)
    return max(used, released) if released else used


def _disable(person: User, days: int) -> int:
    if staff_holds.shut_account(person=person, kind=HoldKind.IDLE) is None:
        return 0
    ledger.record("staff_account.disabled", Subject.of("user", person.public_id), CLOCK, days=days)
    return 1
