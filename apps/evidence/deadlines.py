"""Recordings that a request asks for, that will be overwritten soon, and of which nothing came yet."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from apps.evidence.models import EvidenceItem
from apps.footage_requests.clock import running
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.staff_mails import tell_author
from apps.footage_requests.states import RequestState


def nearly_lost() -> QuerySet[Match]:
    """Matches of open requests, unanswered or with footage promised, that a recorder overwrites within two days."""
    now = timezone.now()
    came = EvidenceItem.objects.filter(match_id=OuterRef("pk"))
    return Match.objects.filter(
        running(now),
        ~Exists(came),
        request__state=RequestState.OPEN,
        request__closes_at__gt=now,
        overwrite_deadline__lte=now + timedelta(hours=settings.REMIND_BEFORE_HOURS),
    )


def tell_of_deadlines() -> int:
    """Tell each author who wants mail of it, once for each day on which recordings end; returns of how many requests.

    Running twice, or by several at once, tells nobody twice.
    """
    soon = nearly_lost().order_by().values("request").annotate(first=Min("overwrite_deadline"))
    firsts = {row["request"]: row["first"] for row in soon}
    for request in FootageRequest.objects.filter(pk__in=firsts).select_related("author").order_by("pk"):
        tell_author("deadline", request, once=f"{firsts[request.pk]:%Y%m%d}")
    return len(firsts)
