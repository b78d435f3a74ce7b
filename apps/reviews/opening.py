"""open_reviews: draw each agency's sample of the week that has ended."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from apps.access.allowance import PLACE
from apps.access.models import AccessEvent, Purpose
from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.findings.models import Finding
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.lists.models import ListExport
from apps.reviews.models import Review, ReviewRow
from apps.reviews.states import RowKind

SAMPLED = {RowKind.LOOK: 20, RowKind.EXPORT: 5}
DUE = timedelta(days=7)
_CLOCK = Actor.system("weekly_review")
FOOTAGE = "evidence_item"


def open_reviews(*, now: datetime | None = None) -> int:
    """Open the review of last week for each active agency that has none; returns how many were new."""
    now = now or timezone.now()
    return sum(_open(agency, now) for agency in Agency.objects.filter(is_active=True).order_by("pk"))


def _open(agency: Agency, now: datetime) -> bool:
    zone = ZoneInfo(agency.time_zone)
    today = timezone.localdate(now, timezone=zone)
    monday = today - timedelta(days=today.weekday() + 7)
    if Review.objects.filter(agency=agency, week=monday).exists():
        return False
    start, end = _midnight(monday, zone), _midnight(monday + timedelta(days=7), zone)
    try:
        with transaction.atomic():
            review = Review.objects.create(agency=agency, week=monday, seed=secrets.token_hex(16), due_at=now + DUE)
            rows = [*_looks(review, start, end), *_exports(review, start, end), *_findings(review)]
            ReviewRow.objects.bulk_create(rows)
            review.save(update_fields=["population"])
            ledger.record(
                "review.opened",
                Subject.of("review", review.public_id),
                _CLOCK,
                agency=str(agency.public_id),
                week=monday.isoformat(),
                seed=review.seed,
                population=review.population,
                rows=len(rows),
            )
    except IntegrityError:  # another worker opened it in between
        return False
    return True


def drawn(seed: str, ids: Iterable[UUID], most: int) -> list[UUID]:
    """Which of these are looked at: those whose digest under the seed is lowest, in this order."""
    return sorted(ids, key=lambda one: hashlib.sha256(f"{seed}:{one}".encode()).digest())[:most]


def _looks(review: Review, start: datetime, end: datetime) -> list[ReviewRow]:
    """Purposes that opened something in the week, whenever they were named: one of Sunday night opens on Monday."""
    # A purpose ends after some hours, so older ones opened nothing in the week.
    earliest = start - timedelta(hours=settings.PURPOSE_HOURS)
    opened = AccessEvent.objects.filter(
        purpose_id=OuterRef("pk"), entry__recorded_at__gte=start, entry__recorded_at__lt=end
    )
    week = Purpose.objects.filter(Exists(opened), agency=review.agency, created_at__gte=earliest, created_at__lt=end)
    ids = list(week.values_list("public_id", flat=True))
    chosen = drawn(review.seed, ids, SAMPLED[RowKind.LOOK])
    review.population[RowKind.LOOK.value] = len(ids)
    purposes = {one.public_id: one for one in Purpose.objects.filter(public_id__in=chosen)}
    counts = _opened_by(purposes.values())
    return [_row(review, RowKind.LOOK, one, purposes[one].user_id, counts[purposes[one].pk]) for one in chosen]


def _opened_by(purposes: Iterable[Purpose]) -> dict[int, dict[str, int]]:
    events = AccessEvent.objects.filter(purpose__in=list(purposes))
    seen: dict[int, Counter[str]] = {purpose.pk: Counter() for purpose in purposes}
    for purpose, kind, _subject in events.values_list("purpose_id", "subject_kind", "subject_id").distinct():
        seen[purpose][{PLACE: "places", FOOTAGE: "videos"}.get(kind, "others")] += 1
    return {purpose: dict(count) for purpose, count in seen.items()}


def _exports(review: Review, start: datetime, end: datetime) -> list[ReviewRow]:
    week = ListExport.objects.filter(agency=review.agency, created_at__gte=start, created_at__lt=end)
    exports = {one.public_id: one for one in week}
    review.population[RowKind.EXPORT.value] = len(exports)
    chosen = drawn(review.seed, exports, SAMPLED[RowKind.EXPORT])
    return [_row(review, RowKind.EXPORT, one, exports[one].user_id, {"rows": exports[one].rows}) for one in chosen]


def _findings(review: Review) -> list[ReviewRow]:
    """All of the agency that nobody has acknowledged yet."""
    found = list(Finding.objects.filter(agency=str(review.agency.public_id), acknowledged_at__isnull=True))
    review.population[RowKind.FINDING.value] = len(found)
    about = [one.about_id for one in found if one.about_kind == "user"]
    people = {str(user.public_id): user.pk for user in User.objects.filter(public_id__in=about)}
    return [
        _row(review, RowKind.FINDING, one.public_id, people.get(one.about_id), {"times": one.times}) for one in found
    ]


def _row(review: Review, kind: RowKind, subject: UUID, person: int | None, facts: dict[str, Any]) -> ReviewRow:
    return ReviewRow(review=review, kind=kind, subject_id=subject, person_id=person, facts=facts)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone)
