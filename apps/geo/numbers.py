"""Numbers from outside: checked before any geometry is made of them."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput

# Beyond it meridians crowd together within a sector's range; no city has cameras there.
MAX_LATITUDE = 85.0
# A sector or an area never crosses the 180th meridian, so that west < east holds for every box.
MAX_LONGITUDE = 179.9


def finite(value: Any, field: str) -> float:
    """`value` as a float. Raises InvalidInput for text, booleans, NaN and infinities, with the field's name."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refusal(field, _("Please give a number."))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise refusal(field, _("Please give a number."))
    return number


def between(value: Any, field: str, least: float, most: float, sentence: str) -> float:
    """A finite number from `least` to `most`, both allowed. Raises InvalidInput with `sentence`."""
    number = finite(value, field)
    if not least <= number <= most:
        raise refusal(field, sentence)
    return number


def latitude(value: Any, field: str = "latitude") -> float:
    """Degrees north. Raises InvalidInput outside ±90, and where no portal can work: within five degrees of a pole."""
    number = between(value, field, -90, 90, _("A latitude lies between -90 and 90 degrees."))
    if abs(number) > MAX_LATITUDE:
        raise refusal(field, _("This place is too near a pole for the portal's maps."))
    return number


def longitude(value: Any, field: str = "longitude") -> float:
    """Degrees east. Raises InvalidInput outside ±180 and beside the 180th meridian."""
    number = between(value, field, -180, 180, _("A longitude lies between -180 and 180 degrees."))
    if abs(number) > MAX_LONGITUDE:
        raise refusal(field, _("This place is too near the 180th meridian for the portal's maps."))
    return number


def refusal(field: str, sentence: str) -> InvalidInput:
    """An InvalidInput about one field."""
    return InvalidInput.about(field, sentence)
