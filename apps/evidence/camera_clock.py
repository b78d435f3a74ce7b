"""What the clocks' comparison of an item's camera says, beside what its giver says of the file."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.cameras.check_state import check_state
from apps.evidence.models import EvidenceItem
from apps.evidence.presentation import Fact
from apps.evidence.recorded_times import recorded_times


def recorded_facts(item: EvidenceItem) -> list[Fact]:
    """When it was recorded, by the recorder's clock and by the true time; nothing where nobody knows when it begins.

    The time burnt into the picture is the recorder's, so both stand side by side.
    """
    times = recorded_times([item])[item.pk]
    if times.begins is None or times.ends is None:
        return []
    spans = [(_("Recorded, by the recorder's clock"), times.by_recorder(times.begins), times.by_recorder(times.ends))]
    if times.is_true:
        zone = ZoneInfo(times.zone)
        spans.append((_("Recorded, by the true time"), times.begins.astimezone(zone), times.ends.astimezone(zone)))
    return [Fact(name, f"{_moment(start)} – {_moment(end)} {end:%Z}") for name, start, end in spans]


def _moment(at: datetime) -> str:
    """Day and time with seconds: a minute is too coarse beside a stamp in the picture."""
    return f"{date_format(at, 'SHORT_DATE_FORMAT')} {at:%H:%M:%S}"


def clock_facts(item: EvidenceItem) -> list[Fact]:
    """By how much the recorder was fast or slow when its owner last compared it; nothing where nobody did."""
    words = check_state(item.match.camera_id).clock_words if item.match else ""
    return [Fact(_("Recorder's clock, compared with ours"), words)] if words else []
