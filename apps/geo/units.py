"""Lengths and areas as people in this country read them. The code and the API keep meters."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FEET_PER_METER = 1 / 0.3048
FEET_PER_MILE = 5280
ACRE_M2 = 4046.8564224
_SQUARE_MILE_M2 = 640 * ACRE_M2
# Above these, people read miles and square miles.
_MOST_FEET, _MOST_ACRES = 1000, 64


def to_feet(meters: float) -> float:
    """Feet, to the hundredth, so that converting back gives the same length."""
    return round(meters * FEET_PER_METER, 2)


def to_meters(feet: float) -> float:
    """Meters, to the centimeter."""
    return round(feet / FEET_PER_METER, 2)


def length_in_words(meters: float) -> str:
    """“650 feet” or “1.2 miles”."""
    feet = round(meters * FEET_PER_METER)
    if feet <= _MOST_FEET:
        return ngettext("%(count)d foot", "%(count)d feet", feet) % {"count": feet}
    return _("%(size)s miles") % {"size": f"{feet / FEET_PER_MILE:,.1f}"}


def area_in_words(square_meters: float) -> str:
    """“2.5 acres”, “40 acres” or “1.2 square miles”."""
    acres = square_meters / ACRE_M2
    if acres > _MOST_ACRES:
        return _("%(size)s square miles") % {"size": f"{square_meters / _SQUARE_MILE_M2:,.1f}"}
    return _("%(size)s acres") % {"size": f"{acres:.1f}" if acres < 10 else f"{acres:.0f}"}
