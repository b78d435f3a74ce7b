"""How a figure is said."""

from __future__ import annotations

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.program.measures import Measure, Unit


def hours_in_words(hours: float) -> str:
    """Hours and minutes, or days from the second day on."""
    minutes = round(hours * 60)
    if minutes >= 48 * 60:
        days = round(minutes / 1440)
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
    return _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def in_words(measure: Measure, value: float | None) -> str:
    """The figure with its unit; a dash where there was nothing to count."""
    if value is None:
        return "–"
    if measure.unit == Unit.HOURS:
        return hours_in_words(value)
    number = str(intcomma(round(value)))
    return f"{number} %" if measure.unit == Unit.PERCENT else number
