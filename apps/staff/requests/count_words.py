"""What a count says, in sentences, and what would be narrower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.agencies.request_limits import limits_of
from apps.counts.selectors import Estimate
from apps.footage_requests.narrower import shorter_windows
from apps.footage_requests.services import PartnerCount, SmallerArea
from apps.footage_requests.windows import LocalTime, clock_change_in, window_in_words
from apps.geo.units import area_in_words
from apps.partners.services.contacting import CAP_DAYS
from apps.staff.requests.area_fields import area_shown
from apps.staff.requests.forms import AreaWindowForm
from apps.staff.requests.window_fields import MORE, window_shown


def count_in_words(count: PartnerCount, zone: str, *, warn: bool = True) -> list[str]:
    """The count as a page says it, with how long recorders keep it, and a warning to the author if the area is wide."""
    said = [*_partners_in_words(count.estimate), *_holding_in_words(count, zone)]
    if count.per_partner is not None:
        said.append(_left_out_in_words(count.per_partner))
    said.append(_("The area covers %(size)s.") % {"size": area_in_words(count.area_m2)})
    if count.too_wide and warn:
        said.append(_("That is wider than usual. A supervisor will see a warning and decides."))
    return said


def _partners_in_words(found: Estimate) -> list[str]:
    floor = settings.COUNT_FLOOR
    week = date_format(found.week, "DATE_FORMAT")
    if found.partners is None:
        said = [
            ngettext(
                "Probably fewer than %(floor)d partner, perhaps none.",
                "Probably fewer than %(floor)d partners, perhaps none.",
                floor,
            )
            % {"floor": floor}
        ]
    else:
        said = [
            ngettext("About %(count)d partner.", "About %(count)d partners.", found.partners)
            % {"count": found.partners}
        ]
    if found.around is not None:
        sentence = _("About %(count)d in the blocks around it (%(size)s), as of %(week)s.")
        said.append(sentence % {"count": found.around, "size": area_in_words(found.around_m2), "week": week})
    return said


def _left_out_in_words(most: int) -> str:
    return ngettext(
        "Your agency asks a partner at most %(most)d time in %(days)d days."
        " Partners whom it has asked that often are left out.",
        "Your agency asks a partner at most %(most)d times in %(days)d days."
        " Partners whom it has asked that often are left out.",
        most,
    ) % {"most": most, "days": CAP_DAYS}


def _holding_in_words(count: PartnerCount, zone: str) -> list[str]:
    if count.holding is None or count.half_overwritten_at is None:
        return []
    half = date_format(LocalTime(count.half_overwritten_at, zone).local, "DATETIME_FORMAT")
    return [
        _("About %(percent)d%% of the program's recorders still hold the start of the window.")
        % {"percent": count.holding.percent},
        (
            _("By %(time)s, half of them overwrite it.")
            if count.half_overwritten_at > timezone.now()
            else _("By %(time)s, half of them had overwritten it.")
        )
        % {"time": half},
    ]


def _windows_of(form: AreaWindowForm) -> list[tuple[datetime, datetime]]:
    first = (form.cleaned_data["window_start"], form.cleaned_data["window_end"])
    return [first, *form.cleaned_data.get("more_windows", ())]


def times_in_words(form: AreaWindowForm) -> list[str]:
    """What the times ask of each owner, and when the clocks change in them."""
    zone = form.cleaned_data["agency"].time_zone
    windows = _windows_of(form)
    minutes = round(sum((end - start for start, end in windows), timedelta()).total_seconds() / 60)
    sentence = ngettext(
        "Each owner looks through %(minutes)d minute of video for each camera.",
        "Each owner looks through %(minutes)d minutes of video for each camera.",
        minutes,
    )
    changes = [change for start, end in windows if (change := clock_change_in(start, end, zone))]
    return [sentence % {"minutes": minutes}, *changes]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something narrower: what it would be, what is said once it is taken, and what the form's fields then hold."""

    sentence: str
    used: str
    values: dict[str, Any]


def smaller_in_words(found: SmallerArea | None) -> list[Proposal]:
    """The smaller area that reaches as many, if there is one."""
    if found is None:
        return []
    sizes = {"now": area_in_words(found.area_m2), "before": area_in_words(found.instead_of_m2)}
    return [
        Proposal(
            sentence=_("A smaller area keeps as many partners: %(now)s instead of %(before)s.") % sizes,
            used=_("The area is now %(now)s instead of %(before)s.") % sizes,
            values={name: _typed(value) for name, value in area_shown(found.area).items()},
        )
    ]


def shorter_in_words(form: AreaWindowForm) -> list[Proposal]:
    """Shorter times, where those of the form are longer than the agency allows."""
    agency = form.cleaned_data["agency"]
    hours = limits_of(agency).hours
    shorter = shorter_windows(_windows_of(form), timedelta(hours=hours))
    if shorter is None:
        return []
    times = "; ".join(window_in_words(start, end, agency.time_zone) for start, end in shorter)
    values: dict[str, Any] = {}
    for number, (start, end) in zip(_filled_times(form), shorter, strict=True):
        values |= window_shown(start, end, agency.time_zone, number=number)
    return [
        Proposal(
            sentence=ngettext(
                "A shorter time about the middle stays within %(hours)d hour: %(times)s.",
                "A shorter time about the middle stays within %(hours)d hours: %(times)s.",
                hours,
            )
            % {"hours": hours, "times": times},
            used=_("The time is now %(times)s.") % {"times": times},
            values={name: _typed(value) for name, value in values.items()},
        )
    ]


def _filled_times(form: AreaWindowForm) -> Sequence[str]:
    return ["", *(number for number in MORE if form.cleaned_data.get(f"start_date_{number}"))]


def _typed(value: Any) -> str:
    """As somebody types it into a field."""
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)
