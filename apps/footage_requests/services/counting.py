"""count_matches: what a detective may know before a request is approved, and its price.

Counts only, of an area of a smallest size, in steps of five and never below the floor; each query is an entry, and a
person has a number of queries an hour. Somebody who moves the area a little and subtracts learns steps of five, under
a name, in a ledger that an auditor reads: see the README.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.cameras.matching import find_matches
from apps.core.errors import NotAllowed, TooMany
from apps.core.locks import locked
from apps.footage_requests import policies
from apps.footage_requests.limits import check_window, judge_area
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor, Subject

STEP = 5
ACTION = "request.counted"
# No recorder keeps longer; keeps a slip in a registration from leaving the calendar.
RETENTION_MAX_HOURS = 24 * 366 * 5


def overwrite_deadline(window_start: datetime, retention_hours: int) -> datetime:
    """When a recorder with this retention window overwrites the start of the window."""
    return window_start + timedelta(hours=min(retention_hours, RETENTION_MAX_HOURS))


def rounded(count: int) -> int | None:
    """None for fewer than the floor (perhaps none), else the nearest multiple of five, not under the floor."""
    if count < settings.COUNT_FLOOR:
        return None
    return max(int(settings.COUNT_FLOOR), STEP * ((count + STEP // 2) // STEP))


@dataclass(frozen=True, slots=True)
class MatchCount:
    """How many cameras a request would reach: rounded, None where fewer than the floor.

    `earliest_overwrite` is cut to the hour, and None where it would speak of a few cameras.
    """

    cameras: int | None
    still_hold: int | None
    earliest_overwrite: datetime | None
    area_m2: float
    too_wide: bool

    def sentences(self) -> list[str]:
        """The counts in words."""
        floor = int(settings.COUNT_FLOOR)
        if self.cameras is None:
            return [
                ngettext(
                    "Fewer than %(floor)d camera matches, perhaps none.",
                    "Fewer than %(floor)d cameras match, perhaps none.",
                    floor,
                )
                % {"floor": floor}
            ]
        said = [
            ngettext("About %(count)d camera matches.", "About %(count)d cameras match.", self.cameras)
            % {"count": self.cameras}
        ]
        if self.still_hold is None:
            said.append(
                ngettext(
                    "Fewer than %(floor)d of them still holds the start of the window.",
                    "Fewer than %(floor)d of them still hold the start of the window.",
                    floor,
                )
                % {"floor": floor}
            )
        else:
            said.append(
                ngettext(
                    "About %(count)d of them still holds the start of the window.",
                    "About %(count)d of them still hold the start of the window.",
                    self.still_hold,
                )
                % {"count": self.still_hold}
            )
        return said


def _check_rate(user: User, actor: Actor) -> None:
    # One count of a person at a time: many at once would all read the same number before any of them is recorded.
    locked(User.objects).get(pk=user.pk)
    since = timezone.now() - timedelta(hours=1)
    asked = Entry.objects.filter(
        actor_kind=actor.kind, actor_id=actor.public_id, action=ACTION, recorded_at__gte=since
    ).count()
    if asked >= settings.COUNTS_PER_HOUR:
        raise TooMany(_("You have counted cameras very often in the last hour. Wait a while and try again."))


def count_matches(
    *,
    user: User,
    agency: Agency,
    area: Mapping[str, Any],
    window_start: datetime,
    window_end: datetime,
    actor: Actor,
) -> MatchCount:
    """Count the cameras that a request would reach, and record that somebody did.

    Raises NotAllowed without an author's role, InvalidInput for a bad area or window, TooMany.
    """
    if not policies.can_author(user, agency):
        raise NotAllowed(_("Only a detective or supervisor of the agency can count cameras for a request."))
    judged = judge_area(area)
    check_window(window_start, window_end)
    with transaction.atomic():
        _check_rate(user, actor)
        matched = find_matches(judged.area, agency=agency)
        now = timezone.now()
        deadlines = [overwrite_deadline(window_start, one.retention_hours) for one in matched]
        holding = [deadline for deadline in deadlines if deadline > now]
        cameras = rounded(len(matched))
        still_hold = rounded(len(holding)) if cameras is not None else None
        earliest = min(holding).replace(minute=0, second=0, microsecond=0) if still_hold is not None else None
        ledger.record(
            ACTION,
            Subject.of("agency", agency.public_id),
            actor,
            area_m2=round(judged.area.area_m2),
            cameras=cameras,
            still_hold=still_hold,
            window_start=window_start.isoformat(),
            window_end=window_end.isoformat(),
            private={"area": judged.area.to_json()},
        )
    return MatchCount(
        cameras=cameras,
        still_hold=still_hold,
        earliest_overwrite=earliest,
        area_m2=judged.area.area_m2,
        too_wide=judged.too_wide,
    )
