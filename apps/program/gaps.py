"""Where few take part: zones by their cameras, and by cameras for each 1,000 residents."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Zone
from apps.program.charts import Point
from apps.program.measures import BY_KEY
from apps.program.models import ZonePopulation
from apps.program.selectors import View, by_zone

SHADES = 5
LOW = 0.5  # of the rate of all zones together


class Lens(TextChoices):
    CAMERAS = "cameras", _("cameras")
    RESIDENTS = "residents", _("cameras per 1,000 residents")


@dataclass(frozen=True, slots=True)
class ZoneGap:
    """One zone. `cameras` and `rate` are None where they are withheld or not known; `shade` is for the map."""

    zone: Zone
    now: Point | None
    cameras: int | None
    residents: int | None
    rate: float | None
    withheld: bool
    is_low: bool
    shade: int


def gaps(view: View, lens: str) -> list[ZoneGap]:
    """The zones with their newest figures, those with the fewest first. Four queries."""
    points = by_zone(view, BY_KEY["cameras"])
    pks = [zone.pk for zone, _point in points]
    people = dict(ZonePopulation.objects.filter(zone__in=pks).values_list("zone", "residents"))
    few = {zone.pk for zone, point in points if point and 0 < point.base < settings.COUNT_FLOOR}
    # What is withheld is in no sum and no maximum either: a shade would give it away.
    counted = {
        zone.pk: int(point.value) for zone, point in points if point and point.value is not None and zone.pk not in few
    }
    rates = {pk: 1000 * number / people[pk] for pk, number in counted.items() if people.get(pk)}
    average = 1000 * sum(counted[pk] for pk in rates) / sum(people[pk] for pk in rates) if rates else 0
    shown = rates if lens == Lens.RESIDENTS else counted
    most = max(shown.values(), default=0)
    found = []
    for zone, point in points:
        value, rate = shown.get(zone.pk), rates.get(zone.pk)
        found.append(
            ZoneGap(
                zone=zone,
                now=point,
                cameras=counted.get(zone.pk),
                residents=people.get(zone.pk),
                rate=rate,
                withheld=zone.pk in few,
                is_low=zone.pk in few or counted.get(zone.pk) == 0 or (rate is not None and rate < LOW * average),
                shade=math.ceil(SHADES * value / most) if value and most else 0,
            )
        )
    # A zone whose number is withheld stands with those that have none: the order tells nothing more.
    order = {gap.zone.pk: (gap.rate if lens == Lens.RESIDENTS else gap.cameras) or 0 for gap in found}
    return sorted(found, key=lambda gap: (order[gap.zone.pk], str(gap.zone)))
