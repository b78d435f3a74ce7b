"""The hours of the day at which somebody may be written to, as a clock on their wall shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

# A day on which the clock skips the whole span has no such hour; two such days in a row there are not.
_DAYS_AHEAD = 3


@dataclass(frozen=True, slots=True)
class ContactHours:
    """From `opens` until before `closes`, in `zone` (IANA); across midnight where `closes` is the earlier one."""

    opens: time
    closes: time
    zone: str

    def are_now(self, moment: datetime) -> bool:
        """Whether the clock on the wall stands within the hours at this moment (aware)."""
        wall = moment.astimezone(ZoneInfo(self.zone)).time()
        if self.opens < self.closes:
            return self.opens <= wall < self.closes
        return wall >= self.opens or wall < self.closes

    def next(self, moment: datetime) -> datetime:
        """This moment if it is within the hours, else the first one after it that is; UTC.

        An opening hour that the clock skips is taken when the clock has skipped it; of one that it shows twice, the
        first that is still to come.
        """
        if self.are_now(moment):
            return moment.astimezone(UTC)
        zone = ZoneInfo(self.zone)
        today = moment.astimezone(zone).date()
        openings = [
            datetime.combine(today + timedelta(days=ahead), self.opens, zone).replace(fold=fold).astimezone(UTC)
            for ahead in range(_DAYS_AHEAD)
            for fold in (0, 1)
        ]
        return min(one for one in openings if one > moment and self.are_now(one))

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"
