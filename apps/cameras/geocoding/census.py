"""The US Census Bureau's geocoder: free, without a key, for addresses in the United States."""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import socket
import ssl
import threading
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from apps.cameras.geocoding.protocol import Found, GeocoderUnavailable

ANSWER_MOST = 256 * 1024
MOST_PLACES = 5
LABEL_MOST = 200
_PATH = "/geocoder/locations/onelineaddress"


class CensusGeocoder:
    """Asks `GEOCODER_URL`. No redirect is followed, no proxy used, and no more than 256 KiB is read."""

    def find(self, address: str, *, seconds: float) -> list[Found]:
        query = urlencode({"address": address, "benchmark": "Public_AR_Current", "format": "json"})
        try:
            answer = json.loads(_get(f"{_PATH}?{query}", seconds))
            matches = answer["result"]["addressMatches"]
            if not isinstance(matches, list):
                raise TypeError
            return [_found(match) for match in matches[:MOST_PLACES]]
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, RecursionError):
            # Without its cause: the request's address stands in it.
            raise GeocoderUnavailable from None


def _get(path: str, seconds: float) -> bytes:
    """The body of a 200, whole, before the deadline: a server that sends one byte a second is cut off as well."""
    connection = _connection(seconds)
    late = threading.Event()
    try:
        connection.connect()
        sock = connection.sock

        def cut() -> None:
            late.set()
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

        clock = threading.Timer(seconds, cut)
        clock.daemon = True
        clock.start()
        try:
            connection.request("GET", path, headers={"Accept": "application/json", "Connection": "close"})
            response = connection.getresponse()
            body = response.read(ANSWER_MOST + 1)
        finally:
            clock.cancel()
        if late.is_set() or response.status != http.client.OK or len(body) > ANSWER_MOST:
            raise GeocoderUnavailable
        return body
    finally:
        connection.close()


def _connection(seconds: float) -> http.client.HTTPConnection:
    address = urlsplit(settings.GEOCODER_URL)
    host = address.hostname or ""
    if address.scheme == "https":
        return http.client.HTTPSConnection(host, address.port, timeout=seconds, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, address.port, timeout=seconds)


def _found(match: Any) -> Found:
    """One match, each value checked: what comes over a network is not believed."""
    label, x, y = match["matchedAddress"], match["coordinates"]["x"], match["coordinates"]["y"]
    for number in (x, y):
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise TypeError
    if not isinstance(label, str) or not -180 <= x <= 180 or not -85 <= y <= 85:
        raise TypeError
    shown = "".join(letter for letter in label if letter.isprintable())[:LABEL_MOST]
    return Found(label=shown, latitude=round(float(y), 6), longitude=round(float(x), 6))
