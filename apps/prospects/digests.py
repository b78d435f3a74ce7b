"""Keyed digests: addresses and places are compared without being kept in the clear."""

from __future__ import annotations

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.cameras.details import CameraDetails


def digest_of(*parts: str) -> str:
    """A short keyed digest: two rows can be compared by it, and nobody can read a place or an address from it."""
    value = "\x00".join(parts)
    return salted_hmac("prospects", value, secret=settings.DIGEST_KEY, algorithm="sha256").hexdigest()[:32]


def place_key(details: CameraDetails) -> str:
    """Digest of place (to about a meter), direction and name."""
    sector = details.sector
    spot = f"{sector.latitude:.5f} {sector.longitude:.5f} {sector.bearing:.0f}"
    return digest_of("place", spot, details.name.casefold())


def email_key(email: str) -> str:
    """Digest of an address: a no is remembered without keeping the address."""
    return digest_of("email", email)
