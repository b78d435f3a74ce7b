"""A wall clock's time in an agency's zone, made an instant; hours that do not exist or exist twice are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput
from apps.footage_requests.models import FootageRequest

EARLIER, LATER = "earlier", "later"


class Ambiguous(InvalidInput):
    """The clock showed this time twice on that day. `first` and `second` are the two instants, UTC."""

    def __init__(self, field: str, local: datetime, first: datetime, second: datetime) -> None:
        sentence = _(
            "The clocks went back that night, so %(time)s happened twice. Choose the earlier or the later one."
        ) % {"time": date_format(local, "TIME_FORMAT")}
        super().__init__(sentence, fields={field: sentence}, code="ambiguous_time")
        self.field, self.first, self.second = field, first, second


def instant(local: datetime, zone: str, *, which: str = "", field: str = "time") -> datetime:
    """The UTC instant of a naive wall-clock time in an IANA zone.

    `which` (`earlier` or `later`) decides for a time that the clock showed twice. Raises Ambiguous without it, and
    InvalidInput for a time that the clock skipped or that no calendar holds.
    """
    place = ZoneInfo(zone)
    try:
        first = local.replace(tzinfo=place, fold=0).astimezone(UTC)
        second = local.replace(tzinfo=place, fold=1).astimezone(UTC)
        exists = first.astimezone(place).replace(tzinfo=None) == local
    except OverflowError as error:
        sentence = _("This date is outside what a calendar holds.")
        raise InvalidInput.about(field, sentence) from error
    if not exists:
        sentence = _(
            "There was no %(time)s on that day: the clocks went forward by an hour. Choose an hour earlier or later."
        ) % {"time": date_format(local, "TIME_FORMAT")}
        raise InvalidInput(sentence, fields={field: sentence}, code="nonexistent_time")
    if first == second:
        return first
    if which == EARLIER:
        return first
    if which == LATER:
        return second
    raise Ambiguous(field, local, first, second)


def window_in_words(start: datetime, end: datetime, zone: str) -> str:
    """“Nov. 1, 2026, 11 p.m. EDT to Nov. 2, 2026, 2 a.m. EST”: each end with the name that the clock has then."""
    place = ZoneInfo(zone)
    ends = [one.astimezone(place) for one in (start, end)]
    said = [f"{date_format(one, 'DATETIME_FORMAT')} {one:%Z}" for one in ends]
    return _("%(start)s to %(end)s") % {"start": said[0], "end": said[1]}


def clock_change_in(start: datetime, end: datetime, zone: str) -> str:
    """A sentence if the clocks change between the two instants, with how much video that is; else empty."""
    place = ZoneInfo(zone)
    shift = (end.astimezone(place).utcoffset() or timedelta()) - (start.astimezone(place).utcoffset() or timedelta())
    if not shift:
        return ""
    hours, minutes = divmod(int((end - start).total_seconds()) // 60, 60)
    facts = {"hours": hours, "minutes": minutes}
    if shift < timedelta():
        return _("The clocks go back in this time, so it is %(hours)d h %(minutes)d min of video.") % facts
    return _("The clocks go forward in this time, so it is %(hours)d h %(minutes)d min of video.") % facts


@dataclass(frozen=True, slots=True)
class Window:
    """One time that a request asks about, in words."""

    start: datetime
    end: datetime
    words: str
    clock_change: str


def windows_of(request: FootageRequest) -> list[Window]:
    """All of a request's times."""
    zone = request.time_zone
    return [
        Window(start, end, window_in_words(start, end, zone), clock_change_in(start, end, zone))
        for start, end in request.windows
    ]


@dataclass(frozen=True, slots=True)
class LocalTime:
    """An instant as a wall clock in a zone shows it, with what is needed to type it in again."""

    moment: datetime
    zone: str

    @property
    def local(self) -> datetime:
        return self.moment.astimezone(ZoneInfo(self.zone))

    @property
    def which(self) -> str:
        """`earlier` or `later` if the clock showed this time twice, else empty."""
        local = self.local
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        if not twice:
            return ""
        return LATER if local.fold else EARLIER
