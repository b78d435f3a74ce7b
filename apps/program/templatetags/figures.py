"""Figures in templates: said in words, and withheld where they are made of too few."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.utils.translation import gettext as _

from apps.program.charts import Point
from apps.program.measures import Measure, Unit
from apps.program.words import in_words

register = template.Library()


@register.filter
def figure(measure: Measure, value: float | None) -> str:
    """`{{ measure|figure:value }}`: the figure with its unit."""
    return in_words(measure, value)


@register.filter
def figure_of_few(measure: Measure, point: Point | None) -> str:
    """The figure of a zone, where one made of fewer things than the floor is not shown."""
    if point is None or point.value is None:
        return "–"
    if 0 < point.base < settings.COUNT_FLOOR:
        if measure.unit == Unit.COUNT:
            return _("fewer than %(floor)d") % {"floor": settings.COUNT_FLOOR}
        return _("too few to say")
    return in_words(measure, point.value)
