"""A mark in words: its pictures, and its times by both clocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from apps.marks.models import Mark


def pictures_in_words(mark: Mark) -> str:
    """“Picture 76”, “pictures 76 to 101”: counted from 1, as players count them."""
    first, last = number_format(mark.in_picture + 1), number_format(mark.out_picture + 1)
    if not mark.is_span:
        return _("picture %(first)s") % {"first": first}
    return _("pictures %(first)s to %(last)s") % {"first": first, "last": last}


def times_in_words(mark: Mark, zone: str) -> str:
    """The true time of the first picture and the recorder's reading, as they were known when it was marked."""
    if mark.true_in is None:
        return _("nobody knows the true time")
    true = mark.true_in.astimezone(ZoneInfo(zone))
    recorder = true + timedelta(seconds=mark.offset_s)
    words = {
        "day": date_format(true, "DATE_FORMAT"),
        "true": clock_in_words(true),
        "recorder": clock_in_words(recorder),
    }
    return _("%(day)s, true time %(true)s, recorder %(recorder)s") % words


def clock_in_words(at: datetime) -> str:
    """Hours to thousandths."""
    return f"{at:%H:%M:%S.%f}"[:-3]
