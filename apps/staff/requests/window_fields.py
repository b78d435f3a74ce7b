"""The times of a request as a form asks for them: one that is needed, some more, and ready-made ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.agencies.models import Agency
from apps.calls.models import Call
from apps.footage_requests.windows import EARLIER, LATER, LocalTime

MORE = ("2", "3", "4")  # the ends of the names of the fields of further times
_WHICH = [
    ("", gettext_lazy("Choose one")),
    (EARLIER, gettext_lazy("the earlier one, before the clocks went back")),
    (LATER, gettext_lazy("the later one, after the clocks went back")),
]


def date_field(*, required: bool = True) -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=gettext_lazy("Date"), widget=widget, required=required)


def time_field(*, required: bool = True) -> forms.TimeField:
    """A time of day on the agency's clock."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=gettext_lazy("Time"), widget=widget, required=required)


def which_field() -> forms.ChoiceField:
    """Which of two equal times, on the day the clocks go back."""
    return forms.ChoiceField(label=gettext_lazy("This time happened twice. Which one?"), choices=_WHICH, required=False)


def more_fields() -> dict[str, forms.Field]:
    """The fields of further times, by name."""
    fields: dict[str, forms.Field] = {}
    for number in MORE:
        for part in ("start", "end"):
            fields[f"{part}_date_{number}"] = date_field(required=False)
            fields[f"{part}_time_{number}"] = time_field(required=False)
            fields[f"{part}_which_{number}"] = which_field()
    return fields


def window_shown(start: datetime, end: datetime, zone: str, *, number: str = "") -> dict[str, Any]:
    """One time as the form shows it."""
    behind = f"_{number}" if number else ""
    shown: dict[str, Any] = {}
    for part, moment in (("start", start), ("end", end)):
        local = LocalTime(moment, zone)
        shown |= {
            f"{part}_date{behind}": local.local.date(),
            f"{part}_time{behind}": local.local.time(),
            f"{part}_which{behind}": local.which,
        }
    return shown


@dataclass(frozen=True, slots=True)
class Preset:
    """A ready-made time: its name in addresses, its words, and what it puts into the fields."""

    name: str
    words: str
    values: dict[str, str]


def presets_for(agency: Agency, call: Call | None = None, *, now: datetime | None = None) -> list[Preset]:
    """“The hour before the call”, “Last hour”, “Last night” and others, on the agency's clock at this moment."""
    now = (now or timezone.now()).replace(second=0, microsecond=0)
    zone = ZoneInfo(agency.time_zone)
    today = now.astimezone(zone).date()
    # The night that is over or running: from 9 in the evening to 6 in the morning, never into the future.
    evening = datetime.combine(today - timedelta(days=1), time(21), zone)
    morning = datetime.combine(today, time(6), zone)
    found: list[tuple[str, str, datetime, datetime]] = []
    if call is not None:
        hour = call.received_at.replace(second=0, microsecond=0)
        found.append(("call", _("The hour before the call"), hour - timedelta(hours=1), hour))
    found += [
        ("hour", _("Last hour"), now - timedelta(hours=1), now),
        ("night", _("Last night, 9 p.m. to 6 a.m."), evening, min(morning, now)),
        (
            "yesterday",
            _("Yesterday afternoon, noon to 6 p.m."),
            datetime.combine(today - timedelta(days=1), time(12), zone),
            datetime.combine(today - timedelta(days=1), time(18), zone),
        ),
    ]
    return [
        Preset(name, words, _values(start, end, agency.time_zone)) for name, words, start, end in found if start < end
    ]


def _values(start: datetime, end: datetime, zone: str) -> dict[str, str]:
    shown = window_shown(start, end, zone)
    return {name: value.strftime("%H:%M") if isinstance(value, time) else str(value) for name, value in shown.items()}


def clock_in_words(zone: str, now: datetime | None = None) -> str:
    """“Eastern time: now EST, UTC−5”: the name of the clock and how it stands now."""
    local = (now or timezone.now()).astimezone(ZoneInfo(zone))
    offset = local.utcoffset() or timedelta()
    hours = offset.total_seconds() / 3600
    sign = "+" if hours >= 0 else "−"
    summer = bool(local.dst())
    words = _("daylight saving time") if summer else _("standard time")
    return _("Local time, %(zone)s: now %(name)s, %(words)s, UTC%(sign)s%(hours)g.") % {
        "zone": zone,
        "name": f"{local:%Z}",
        "words": words,
        "sign": sign,
        "hours": abs(hours),
    }
