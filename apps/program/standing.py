"""How a figure stands to its target: in a word that says it without a color."""

from __future__ import annotations

from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.program.measures import Better, Measure
from apps.program.models import Target


class Standing(TextChoices):
    NO_TARGET = "no_target", _("no target")
    NO_FIGURE = "no_figure", _("no figure yet")
    MET = "met", _("target met")
    ON_TRACK = "on_track", _("on track")
    BEHIND = "behind", _("behind")
    MISSED = "missed", _("missed")


def standing(measure: Measure, value: float | None, target: Target | None, today: date) -> Standing:
    """Met, or on the straight line from the figure of the day on which the target was set, or behind it."""
    if target is None or target.value is None or target.due_on is None:
        return Standing.NO_TARGET
    if value is None:
        return Standing.NO_FIGURE
    if _reaches(measure, value, target.value):
        return Standing.MET
    if today > target.due_on:
        return Standing.MISSED
    expected = expected_on(target, today)
    return Standing.ON_TRACK if expected is not None and _reaches(measure, value, expected) else Standing.BEHIND


def expected_on(target: Target, day: date) -> float | None:
    """What the straight line to the target says for that day; None where there was no figure to start from."""
    if target.start is None or target.value is None or target.due_on is None:
        return None
    began = target.created_at.date()
    span = (target.due_on - began).days
    part = min(1.0, max(0.0, (day - began).days / span)) if span > 0 else 1.0
    return target.start + (target.value - target.start) * part


def _reaches(measure: Measure, value: float, goal: float) -> bool:
    return value <= goal if measure.better == Better.DOWN else value >= goal
