"""The door of a practice portal's people, codes and letters: one code for all trainees, PRACTICE_CODE.

Who has these can be anybody in the practice city, and invent addresses; who has not can read its public pages. A code
and not accounts: a trainee signs out and in as somebody else all day, and accounts would be real people's data.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.accounts import tallies
from apps.accounts.sources import network_address
from apps.accounts.tallies import Counter, Limit

HOURS = 12
_SALT = "demo.door"
_TRIES = Limit("demo.door", 10, 900)
_TRIES_OF_ALL = Limit("demo.door.everywhere", 200, 3600)


def is_open(request: HttpRequest) -> bool:
    """Whether this browser has given the present code in the last HOURS."""
    try:
        given = signing.loads(request.COOKIES.get(_cookie(), ""), salt=_SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        return False
    return bool(settings.PRACTICE_CODE) and constant_time_compare(str(given), _digest())


def try_code(request: HttpRequest, code: str) -> tallies.Taken | None:
    """None for the right code; else what the try was counted as. Tries are counted before they are checked."""
    taken = tallies.take(Counter(_TRIES, network_address(request)), Counter(_TRIES_OF_ALL, "all"))
    if taken.passes and settings.PRACTICE_CODE and constant_time_compare(code.strip(), settings.PRACTICE_CODE):
        tallies.give_back(taken)
        return None
    return taken


def open_for(response: HttpResponse) -> None:
    """Remember in the browser that its user has given the code."""
    response.set_cookie(
        _cookie(),
        signing.dumps(_digest(), salt=_SALT),
        max_age=HOURS * 3600,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _digest() -> str:
    return salted_hmac(_SALT, settings.PRACTICE_CODE, algorithm="sha256").hexdigest()


def _cookie() -> str:
    return f"{settings.COOKIE_PREFIX}door"
