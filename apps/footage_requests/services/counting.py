"""count_partners: what a detective may know before a request is approved.

An estimate from the week's release of counts (`apps.counts`), never from the register: however often and however
cleverly somebody asks, the answers hold nothing that the release does not hold. Each count is an entry in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.features import Feature, check_on
from apps.agencies.models import Agency
from apps.agencies.request_limits import limits_of
from apps.core.errors import NotAllowed, TooMany
from apps.core.locks import locked
from apps.counts.budget import check_budget, note_count
from apps.counts.models import CountRelease
from apps.counts.selectors import Estimate, Holding, estimate, holding
from apps.counts.services import release_counts
from apps.footage_requests import policies
from apps.footage_requests.limits import check_windows, judge_area
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject

ACTION = "request.counted"
# No recorder keeps longer; keeps a slip in a registration from leaving the calendar.
RETENTION_MAX_HOURS = 24 * 366 * 5


def overwrite_deadline(window_start: datetime, retention_hours: int) -> datetime:
    """When a recorder with this retention window overwrites the start of the window."""
    return window_start + timedelta(hours=min(retention_hours, RETENTION_MAX_HOURS))


@dataclass(frozen=True, slots=True)
class PartnerCount:
    """How many partners a request is likely to reach, and how long recorders keep what it asks for.

    `per_partner` is the agency's limit of its requests to one partner. The estimate knows nothing of it: a number that
    followed it would tell who was asked of late.
    """

    estimate: Estimate
    holding: Holding | None
    window_start: datetime
    area_m2: float
    too_wide: bool
    per_partner: int | None

    @property
    def half_overwritten_at(self) -> datetime | None:
        """When half of the program's recorders have overwritten the start of the window."""
        return self.window_start + self.holding.half if self.holding else None


def _check_rate(user: User, actor: Actor) -> None:
    # One count of a person at a time: many at once would all read the same number before any of them is recorded.
    locked(User.objects).get(pk=user.pk)
    since = timezone.now() - timedelta(hours=1)
    asked = Entry.objects.filter(
        actor_kind=actor.kind, actor_id=actor.public_id, action=ACTION, recorded_at__gte=since
    ).count()
    if asked >= settings.COUNTS_PER_HOUR:
        raise TooMany(_("You have counted partners very often in the last hour. Wait a while and try again."))


def count_partners(
    *,
    user: User,
    agency: Agency,
    area: Mapping[str, Any],
    window_start: datetime,
    window_end: datetime,
    more_windows: Sequence[tuple[datetime, datetime]] = (),
    case_number: str = "",
    actor: Actor,
    proposed: bool = False,
) -> PartnerCount:
    """Estimate how many partners a request would reach, and record that somebody asked.

    Each case has a budget of areas for a person and a day; areas without a case share one. `proposed`: the portal looks
    for a smaller area by itself, see `propose_smaller_area`. Raises NotAllowed without
    an author's role, InvalidInput for a bad area or window, TooMany.
    """
    if not policies.can_author(user, agency):
        raise NotAllowed(_("Only a detective or supervisor of the agency can count partners for a request."))
    check_on(agency, Feature.REQUESTS)
    judged = judge_area(area, agency=agency)
    windows = [(window_start, window_end), *more_windows]
    check_windows(windows, agency=agency)
    window_start, window_end = min(windows)[0], max(end for _start, end in windows)
    with transaction.atomic():
        _check_rate(user, actor)
        check_budget(user=user, agency=agency, case_number=case_number, area=judged.area)
        release = CountRelease.objects.first() or release_counts(actor=Actor.system("counts"))
        counted = PartnerCount(
            estimate=estimate(judged.area, release),
            holding=holding(release, timezone.now() - window_start),
            window_start=window_start,
            area_m2=judged.area.area_m2,
            too_wide=judged.too_wide,
            per_partner=limits_of(agency).per_partner,
        )
        ledger.record(
            ACTION,
            Subject.of("agency", agency.public_id),
            actor,
            area_m2=round(judged.area.area_m2),
            week=release.week.isoformat(),
            partners=counted.estimate.partners,
            around=counted.estimate.around,
            window_start=window_start.isoformat(),
            window_end=window_end.isoformat(),
            proposed=proposed,
            private={"area": judged.area.to_json()},
        )
        note_count(
            user=user,
            agency=agency,
            case_number=case_number,
            area=judged.area,
            estimate=counted.estimate,
            proposed=proposed,
        )
    return counted
