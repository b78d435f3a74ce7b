"""What the public may read of a figure, and the figures of a quarter.

The rules are those of other public figures (apps/counts/README.md): counts in fives and none below five, noise in what
counts homes, and no rate or time that is made of fewer than five.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.agencies.models import Role
from apps.counts.figures import STEP, rounded, with_noise
from apps.program.charts import Point
from apps.program.measures import BY_KEY, MEASURES, Measure, Unit
from apps.program.models import PROGRAM, Snapshot, Target
from apps.program.quarters import Quarter
from apps.program.words import in_words


@dataclass(frozen=True, slots=True)
class PublicFigure:
    """One line of an update. `value` is None where there was nothing to count, or where it is withheld."""

    measure: Measure
    part: str
    day: date | None
    value: float | None
    withheld: bool
    target: float | None
    due_on: date | None

    @property
    def in_words(self) -> str:
        """The figure as the public reads it."""
        if self.withheld and self.measure.unit == Unit.COUNT:
            return _("fewer than %(floor)d") % {"floor": settings.COUNT_FLOOR}
        if self.withheld:
            return _("too few to say")
        if self.value is None:
            return _("no figure")
        exact = self.measure.open_data or self.measure.unit == Unit.HOURS
        words = in_words(self.measure, self.value)
        return words if exact else _("about %(figure)s") % {"figure": words}

    @property
    def target_in_words(self) -> str:
        return in_words(self.measure, self.target)

    @property
    def name(self) -> str:
        """The measure, and the role for a part of it."""
        title = str(self.measure.title)
        return f"{title}: {Role(self.part).label}" if self.part in Role.values else title

    def to_json(self) -> dict[str, Any]:
        """As an update keeps it."""
        return {
            "measure": self.measure.key,
            "part": self.part,
            "day": self.day.isoformat() if self.day else None,
            "value": self.value,
            "withheld": self.withheld,
            "target": self.target,
            "due_on": self.due_on.isoformat() if self.due_on else None,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> PublicFigure | None:
        """The figure again; None for a measure that the portal no longer has."""
        measure = BY_KEY.get(kept["measure"])
        if measure is None:
            return None
        day, due_on = (date.fromisoformat(kept[name]) if kept[name] else None for name in ("day", "due_on"))
        return cls(measure, kept["part"], day, kept["value"], kept["withheld"], kept["target"], due_on)


def public_value(measure: Measure, value: float | None, base: int) -> tuple[float | None, bool]:
    """What may be published of a figure, and whether it is withheld."""
    if value is None or measure.open_data:
        return value, False
    if measure.unit == Unit.COUNT:
        number = with_noise(int(value), f"program {measure.key}") if measure.of_homes else value
        shown = rounded(number)
        return shown, shown is None
    if base < settings.COUNT_FLOOR:
        return None, True
    if measure.unit == Unit.HOURS:
        return float(round(value)), False
    return float(STEP * round(value / STEP)), False


def figures_of(quarter: Quarter) -> list[PublicFigure]:
    """For each measure the last figure of the quarter with its day, and the target of that time. Empty without any."""
    rows = Snapshot.objects.filter(scope=PROGRAM, day__range=(quarter.first, quarter.last)).order_by("-day")
    last: dict[tuple[str, str], Point] = {}
    for key, part, day, value, base in rows.values_list("measure", "part", "day", "value", "base"):
        last.setdefault((key, part), Point(day, value, base))
    if not last:
        return []
    targets = _targets_of(quarter)
    return [
        _figure(measure, part, last.get((measure.key, part)), targets.get(measure.key) if not part else None)
        for measure in MEASURES
        for part in ("", *(role for role in Role.values if (measure.key, role) in last))
    ]


def _figure(measure: Measure, part: str, point: Point | None, target: Target | None) -> PublicFigure:
    value, withheld = public_value(measure, point.value, point.base) if point else (None, False)
    return PublicFigure(
        measure=measure,
        part=part,
        day=point.day if point else None,
        value=value,
        withheld=withheld,
        target=target.value if target else None,
        due_on=target.due_on if target else None,
    )


def _targets_of(quarter: Quarter) -> dict[str, Target]:
    """The program's targets as they stood when the quarter ended."""
    rows = Target.objects.filter(scope=PROGRAM, created_at__lt=quarter.ends_at).order_by("number")
    return {target.measure: target for target in rows}
