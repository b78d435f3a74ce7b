"""From where somebody tries: a device that the mailbox's owner has used before, else the network address."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from apps.accounts.models import normalize_email

COOKIE = f"{settings.COOKIE_PREFIX}known_devices"
_SALT = "accounts.known_devices"
_MOST = 8
_SECONDS = 180 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Source:
    """What tries are counted by. A known device has a count of its own, wherever it is."""

    what: str
    is_known: bool


def source_of(request: HttpRequest | None, email: str) -> Source:
    """From where this mailbox is tried. Asks no database, so that it is alike for every address."""
    if request is None:
        return Source("nowhere", is_known=False)
    device = dict(_entries(request)).get(_mark(email))
    return Source(f"device:{device}", is_known=True) if device else Source(network_address(request), is_known=False)


def network_address(request: HttpRequest) -> str:
    """The caller's address as limits count by it; of an IPv6 address the half that the provider gives out."""
    return f"address:{truncate_ip(get_adapter(request).get_client_ip(request))}"


def remember_device(request: HttpRequest, email: str) -> None:
    """This browser has just passed everything that the account asks for: `KnownDeviceMiddleware` sets the cookie."""
    request.known_device_of = email  # type: ignore[attr-defined]


class KnownDeviceMiddleware:
    """Marks a browser in which somebody signed in, for that mailbox alone.

    The mark opens nothing. It only keeps the owner's tries apart from those that others make elsewhere.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        email = getattr(request, "known_device_of", "")
        if email:
            mark = _mark(email)
            known = _entries(request)
            device = dict(known).get(mark) or secrets.token_urlsafe(12)
            entries = [(mark, device), *((one, other) for one, other in known if one != mark)]
            response.set_signed_cookie(
                COOKIE,
                " ".join(f"{one}:{other}" for one, other in entries[:_MOST]),
                salt=_SALT,
                max_age=_SECONDS,
                httponly=True,
                samesite="Lax",
                secure=bool(settings.SESSION_COOKIE_SECURE),
            )
        return response


def _entries(request: HttpRequest) -> list[tuple[str, str]]:
    raw = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=_SECONDS) or ""
    pairs = (part.partition(":") for part in raw.split())
    return [(mark, device) for mark, _, device in pairs if device][:_MOST]


def _mark(email: str) -> str:
    return salted_hmac(_SALT, normalize_email(email), algorithm="sha256").hexdigest()[:24]
