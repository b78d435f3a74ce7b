"""What the portal asks of a geocoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Found:
    """One place that an address may mean. Degrees, WGS 84; `label` is the address in the geocoder's own words."""

    label: str
    latitude: float
    longitude: float


class GeocoderUnavailable(Exception):
    """It did not answer in time, or not in a way that can be read. Never carries the address, nor the answer."""


class Geocoder(Protocol):
    """Anything with this method; named by a dotted path in `GEOCODER`."""

    def find(self, address: str, *, seconds: float) -> list[Found]:
        """The places that this address may mean, the best first; none if there is no such address.

        Answers within `seconds` or raises GeocoderUnavailable.
        """
        ...
