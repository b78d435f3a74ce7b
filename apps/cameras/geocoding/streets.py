"""The portal's own streets as a geocoder: nothing is asked outside, and it is never down."""

from __future__ import annotations

from apps.cameras.geocoding.protocol import Found
from apps.streets.search import find_places


class StreetGeocoder:
    """Answers from the streets that were loaded (`manage.py load_streets`)."""

    def find(self, address: str, *, seconds: float) -> list[Found]:
        return [Found(place.label, place.latitude, place.longitude) for place in find_places(address)]
