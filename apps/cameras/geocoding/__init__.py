"""From a street address to a point, through whichever geocoder the city configured (`GEOCODER`), or none.

An address is personal data: it is sent nowhere but to that geocoder, kept nowhere, and never logged. The pin on the
map always does the same.
"""

from apps.cameras.geocoding.protocol import Found, Geocoder, GeocoderUnavailable
from apps.cameras.geocoding.service import find_address, geocoder_name, is_on

__all__ = ["Found", "Geocoder", "GeocoderUnavailable", "find_address", "geocoder_name", "is_on"]
