"""When an item was recorded, by the recorder's clock and by the true time: what a review sets side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from apps.cameras.check_state import CheckState, check_states
from apps.evidence.coverage import request_of
from apps.evidence.models import EvidenceItem, SenderNote
from apps.evidence.selectors import sender_notes_of


class BeginSource(models.TextChoices):
    """Who says when a file begins by the recorder's clock."""

    SENDER = "sender", _("read by the sender from the recorder")
    FILE = "file", _("claimed by the file")
    NOBODY = "", _("nobody knows when it begins")


class OffsetSource(models.TextChoices):
    """Who says by how much the recorder's clock is wrong."""

    SENDER = "sender", _("said by the sender of the file")
    COMPARED = "compared", _("compared with our clock by the owner of the camera")
    NOBODY = "", _("not known; taken for right")


@dataclass(frozen=True, slots=True)
class RecordedTimes:
    """`begins` is the true time (UTC) of the first picture, as far as `offset_s` tells; None where nobody knows it.

    `offset_s`: seconds by which the recorder's clock is ahead; 0 with no source where nobody compared it. Where the
    owner compared the clocks, `compared_at` (UTC) and `compared_how` (a ClockSource) say when and how.
    """

    zone: str
    duration_s: float
    begins: datetime | None = None
    begin_source: str = BeginSource.NOBODY
    offset_s: int = 0
    offset_source: str = OffsetSource.NOBODY
    compared_at: datetime | None = None
    compared_how: str = ""

    @property
    def is_true(self) -> bool:
        """Whether somebody compared the clock, so that `begins` is more than the recorder's own time."""
        return self.begins is not None and self.offset_source != OffsetSource.NOBODY

    @property
    def ends(self) -> datetime | None:
        """The true time at which the last picture ends."""
        return self.begins + timedelta(seconds=self.duration_s) if self.begins else None

    def true_at(self, seconds: float) -> datetime | None:
        """The true time (UTC) at this second of the film."""
        return self.begins + timedelta(seconds=seconds) if self.begins else None

    def by_recorder(self, true: datetime) -> datetime:
        """What the recorder's clock showed then, in its zone."""
        return (true + timedelta(seconds=self.offset_s)).astimezone(ZoneInfo(self.zone))


def recorded_times(items: Iterable[EvidenceItem]) -> dict[int, RecordedTimes]:
    """For each item by its key. Two queries, if the items came with submission, request, match and agency."""
    items = list(items)
    notes = sender_notes_of(items)
    clocks = check_states({item.match.camera_id for item in items if item.match})
    return {
        item.pk: _times_of(item, notes.get(item.upload_id), clocks.get(item.match.camera_id) if item.match else None)
        for item in items
    }


def _times_of(item: EvidenceItem, note: SenderNote | None, clock: CheckState | None) -> RecordedTimes:
    request = request_of(item)
    zone = request.time_zone if request else item.agency.time_zone
    probe = item.probe or {}
    offset_s, offset_source = _offset(note, clock)
    begin, begin_source = _begin(note, probe.get("recorded_at_claimed"), zone)
    return RecordedTimes(
        zone=zone,
        duration_s=float(probe.get("duration_s") or 0),
        begins=begin - timedelta(seconds=offset_s) if begin else None,
        begin_source=begin_source,
        offset_s=offset_s,
        offset_source=offset_source,
        compared_at=clock.clock_at if clock and offset_source == OffsetSource.COMPARED else None,
        compared_how=clock.source if clock and offset_source == OffsetSource.COMPARED else "",
    )


def _offset(note: SenderNote | None, clock: CheckState | None) -> tuple[int, str]:
    """What the sender said of this file comes before what was compared on some other day."""
    if note is not None and note.clock_minutes is not None:
        return note.clock_minutes * 60, OffsetSource.SENDER
    if clock is not None and clock.offset_s is not None:
        return clock.offset_s, OffsetSource.COMPARED
    return 0, OffsetSource.NOBODY


def _begin(note: SenderNote | None, claimed: str | None, zone: str) -> tuple[datetime | None, str]:
    """The recorder's reading at the first picture, taken for a time of `zone`, in UTC."""
    text, source = (note.begins, BeginSource.SENDER) if note and note.begins else (claimed, BeginSource.FILE)
    try:
        at = parse_datetime(text) if text else None
    except ValueError:
        at = None
    if at is None:
        return None, BeginSource.NOBODY
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC), source
