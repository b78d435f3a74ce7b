"""Whether it was dark at a place and time: enough to know which cameras could see."""

from __future__ import annotations

import math
from datetime import UTC, datetime

# The middle of the sun's disk stands so many degrees below the horizon when it rises or sets.
_HORIZON_DEGREES = -0.833
_EPOCH = datetime(2000, 1, 1, 12, tzinfo=UTC)


def sun_elevation(at: datetime, latitude: float, longitude: float) -> float:
    """Degrees of the sun above the horizon, by the low-precision formula of the Astronomical Almanac.

    Right to about a tenth of a degree, which is half a minute of time, between 1950 and 2050.
    """
    days = (at - _EPOCH).total_seconds() / 86400
    mean = math.radians((357.528 + 0.9856003 * days) % 360)
    along = math.radians((280.46 + 0.9856474 * days + 1.915 * math.sin(mean) + 0.02 * math.sin(2 * mean)) % 360)
    tilt = math.radians(23.439 - 0.0000004 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(along), math.cos(along))
    declination = math.asin(math.sin(tilt) * math.sin(along))
    sidereal = math.radians((280.46061837 + 360.98564736629 * days + longitude) % 360)
    north = math.radians(latitude)
    return math.degrees(
        math.asin(
            math.sin(north) * math.sin(declination)
            + math.cos(north) * math.cos(declination) * math.cos(sidereal - ascension)
        )
    )


def is_dark(at: datetime, latitude: float, longitude: float) -> bool:
    """Whether the sun was below the horizon."""
    return sun_elevation(at, latitude, longitude) < _HORIZON_DEGREES
