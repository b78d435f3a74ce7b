"""Whether a file covers the time that was asked for, by what the file says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.evidence.models import EvidenceItem, SenderNote
from apps.evidence.sender_words import true_begin
from apps.footage_requests.models import FootageRequest


class Covers(models.TextChoices):
    """How much of the window asked a file covers."""

    ALL = "all", gettext_lazy("all of it")
    PART = "part", gettext_lazy("part of it")
    NONE = "none", gettext_lazy("none of it")
    UNKNOWN = "unknown", gettext_lazy("no times known")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came beside what was asked; `start` and `end` are None where nobody names a time.

    `by_sender` says that the sender named the time, by the recorder's screen, and not the file.
    """

    covers: Covers
    request: FootageRequest
    start: datetime | None = None
    end: datetime | None = None
    by_sender: bool = False

    @property
    def words(self) -> str:
        """“Covers 22:58 to 23:20 of 23:00 to 23:20”, in the request's zone."""
        if self.start is None or self.end is None:
            return str(Covers.UNKNOWN.label).capitalize()
        came, asked = self._span(self.start, self.end), self.asked
        if self.covers == Covers.NONE:
            return _("Shows %(came)s, outside of %(asked)s") % {"came": came, "asked": asked}
        return _("Covers %(came)s of %(asked)s") % {"came": came, "asked": asked}

    @property
    def asked(self) -> str:
        """The window asked."""
        return self._span(self.request.window_start, self.request.window_end)

    def _span(self, start: datetime, end: datetime) -> str:
        zone = ZoneInfo(self.request.time_zone)
        one, two = start.astimezone(zone), end.astimezone(zone)
        shown = [date_format(one, "TIME_FORMAT"), date_format(two, "TIME_FORMAT")]
        if one.date() != self.request.window_start.astimezone(zone).date():
            shown[0] = f"{date_format(one, 'MONTH_DAY_FORMAT')} {shown[0]}"
        if two.date() != one.date():
            shown[1] = f"{date_format(two, 'MONTH_DAY_FORMAT')} {shown[1]}"
        return "–".join(shown)


def request_of(item: EvidenceItem) -> FootageRequest | None:
    """The request that the item answers; None for what a partner brought by himself."""
    invitation = item.submission.invitation
    return invitation.request if invitation else None


def coverage_of(item: EvidenceItem, note: SenderNote | None = None) -> Coverage | None:
    """What the item covers of the window that was asked; None where nothing was asked.

    The time is the sender's, read from the recorder's screen and set right by what its clock is off; without one it is
    the file's own claim: a recorder's clock may be wrong, and an export may carry the time of the export.
    """
    request = request_of(item)
    if request is None:
        return None
    probe = item.probe or {}
    claimed, duration = probe.get("recorded_at_claimed"), probe.get("duration_s")
    said = true_begin(note) if note else None
    start = said.replace(tzinfo=ZoneInfo(request.time_zone)) if said else _instant(claimed, request.time_zone)
    if start is None or not duration:
        return Coverage(Covers.UNKNOWN, request)
    end = start + timedelta(seconds=float(duration))
    return Coverage(_covers(start, end, request), request, start, end, by_sender=said is not None)


def _instant(claimed: str | None, zone: str) -> datetime | None:
    """The claimed time; without a zone it is taken for the request's."""
    try:
        at = parse_datetime(claimed) if claimed else None
    except ValueError:
        return None
    if at is None:
        return None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


def _covers(start: datetime, end: datetime, request: FootageRequest) -> Covers:
    if end <= request.window_start or start >= request.window_end:
        return Covers.NONE
    whole = start <= request.window_start and end >= request.window_end
    return Covers.ALL if whole else Covers.PART
