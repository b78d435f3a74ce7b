"""How wrong a recorder's clock is: two readings, of the recorder and of our time code, and the offset in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput

RIGHT_WITHIN_S = 2
"""Two readings of whole seconds say no more."""
WRONG_FROM_S = 60
OFFSET_MOST = timedelta(days=366 * 30)
_CLOCK = re.compile(r"(\d{1,2})[:.h ]?(\d{2})[:.m ]?(\d{2})s?\s*(?:([ap])\.?\s?m?\.?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Readings:
    """What stood on the recorder's screen and on ours at the same moment, by the clock on the wall."""

    recorder: datetime
    portal: datetime

    @property
    def offset_s(self) -> int:
        """Seconds by which the recorder is ahead; negative if it is behind."""
        return round((self.recorder - self.portal).total_seconds())


def readings(*, day: date | None, recorder: str, portal: str, now: datetime | None = None) -> Readings | None:
    """Both readings as they were typed; None if neither was. `day` is the one that the recorder shows.

    Our time code was read within the last day. Raises InvalidInput that names the field.
    """
    if not recorder.strip() and not portal.strip():
        return None
    theirs, ours = _clock(recorder, "recorder_clock"), _clock(portal, "portal_clock")
    local = (now or timezone.now()).astimezone(portal_zone()).replace(tzinfo=None)
    read_at = datetime.combine(local.date(), ours)
    if read_at > local + timedelta(minutes=2):
        read_at -= timedelta(days=1)
    if day is None:
        raise InvalidInput.about("recorder_day", _("Enter the day that the recorder shows."))
    found = Readings(datetime.combine(day, theirs), read_at)
    if abs(found.recorder - found.portal) > OFFSET_MOST:
        raise InvalidInput.about("recorder_day", _("That is more than 30 years."))
    return found


def portal_zone() -> ZoneInfo:
    """The zone of our time code, which is that of the clocks on the walls here."""
    return ZoneInfo(settings.PORTAL_TIME_ZONE)


def _clock(typed: str, field: str) -> time:
    """14:05:09, 2:05:09 PM or 140509."""
    found = _CLOCK.fullmatch(typed.strip())
    try:
        if found is None:
            raise ValueError(typed)
        hour, half = int(found[1]), (found[4] or "").lower()
        if half:
            if not 1 <= hour <= 12:
                raise ValueError(typed)
            hour = hour % 12 + (12 if half == "p" else 0)
        return time(hour, int(found[2]), int(found[3]))
    except ValueError:
        sentence = _("Type hours, minutes and seconds, like 14:05:09 or 2:05:09 PM.")
        raise InvalidInput.about(field, sentence) from None


def offset_in_words(seconds: int) -> str:
    """“3 min 12 s fast”, “2 d 1 h 0 min slow”, or that it is right."""
    if abs(seconds) <= RIGHT_WITHIN_S:
        return _("on time, within %(n)d seconds") % {"n": RIGHT_WITHIN_S}
    span = span_in_words(abs(seconds))
    return (_("%(span)s fast") if seconds > 0 else _("%(span)s slow")) % {"span": span}


def span_in_words(seconds: int) -> str:
    """Days, hours, minutes and seconds, from the largest that counts on; seconds are left out of days."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, _("%(n)d d")), (hours, _("%(n)d h")), (minutes, _("%(n)d min")), (rest, _("%(n)d s"))]
    if days:
        parts.pop()
    while parts[0][0] == 0:
        parts.pop(0)
    return " ".join(words % {"n": number} for number, words in parts)
