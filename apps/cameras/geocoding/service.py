"""Asking the configured geocoder: seldom enough, and not while it is known to be down."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.geocoding.protocol import Found, Geocoder, GeocoderUnavailable
from apps.cameras.places import is_in_bounds
from apps.core import text
from apps.core.counting import counted
from apps.core.errors import InvalidInput, PortalError, TooMany
from apps.streets.search import streets_known

ADDRESS_MAX = 200
TIMEOUT_S = 3.0
# After so many failures in a row nobody waits for it any more, for so many seconds.
MOST_FAILURES, REST_S = 3, 60
_OUR_OWN = "streets"
_KNOWN = {
    _OUR_OWN: "apps.cameras.geocoding.streets.StreetGeocoder",
    "census": "apps.cameras.geocoding.census.CensusGeocoder",
}
_FAILURES, _RESTING = "geocoder:failures", "geocoder:resting"
_HAS_PLACE = re.compile(r",|\b\d{5}(-\d{4})?\s*$")


class NoAnswer(PortalError):
    """The geocoder is down or slow; the map and the fields do the same."""

    status = 503


def is_on() -> bool:
    """Whether addresses can be looked up at all."""
    return streets_known() if settings.GEOCODER == _OUR_OWN else settings.GEOCODER not in ("", "none")


def geocoder_name() -> str:
    """To whom an address goes, in words for the person whose address it is; empty where it stays in the portal."""
    if settings.GEOCODER == _OUR_OWN:
        return ""
    if settings.GEOCODER == "census":
        return _("the U.S. Census Bureau")
    return str(getattr(_geocoder(), "name", "")) or _("the city's address service")


def find_address(*, address: str, user: User) -> list[Found]:
    """The places that an address may mean, those where the city expects cameras first. Nothing of it is kept.

    Raises InvalidInput where there is none, TooMany after GEOCODER_PER_HOUR looks of one person in an hour, NoAnswer
    where the geocoder is off, down or slow (three seconds; after three failures it is left alone for a minute).
    """
    address = text.line(address, field="site_address", most=ADDRESS_MAX)
    if not is_on() or cache.get(_RESTING):
        raise _no_answer()
    _count(user)
    try:
        places = _geocoder().find(_whole(address), seconds=TIMEOUT_S)
    except GeocoderUnavailable:
        _note_failure()
        raise _no_answer() from None
    cache.delete(_FAILURES)
    if not places:
        sentence = _("We cannot find this address. Check it, or show the place on the map.")
        raise InvalidInput(sentence, fields={"site_address": sentence}, code="not_found")
    return sorted(places, key=lambda place: not is_in_bounds(place.latitude, place.longitude))


def _geocoder() -> Geocoder:
    found: Geocoder = import_string(_KNOWN.get(settings.GEOCODER, settings.GEOCODER))()
    return found


def _whole(address: str) -> str:
    """People write “12 Oak Lane”; a geocoder of the whole country wants the city too."""
    hint = settings.GEOCODER_CITY
    return f"{address}, {hint}" if hint and not _HAS_PLACE.search(address) else address


def _count(user: User) -> None:
    if counted(f"geocoder:looks:{user.pk}", seconds=3600) > settings.GEOCODER_PER_HOUR:
        raise TooMany(_("That is enough look-ups for an hour. Please show the place on the map."))


def _note_failure() -> None:
    failures = cache.get(_FAILURES, 0) + 1
    cache.set(_FAILURES, failures, timeout=REST_S)
    if failures >= MOST_FAILURES:
        cache.delete(_FAILURES)
        cache.set(_RESTING, True, timeout=REST_S)


def _no_answer() -> NoAnswer:
    return NoAnswer(_("Addresses cannot be looked up just now. Please show the place on the map."), code="no_answer")
