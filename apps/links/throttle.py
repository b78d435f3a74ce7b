"""Guesses at a link: after ten wrong ones from one address that address waits. One count for links of every kind."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import TooMany

WRONG_GUESSES = 10
WINDOW_SECONDS = 600


def address_digest(request: HttpRequest) -> str:
    """The caller's address as limits count by it: the socket's, or what our own proxy says of it."""
    return hashlib.sha256(get_adapter(request).get_client_ip(request).encode()).hexdigest()[:32]


def _key(request: HttpRequest) -> str:
    return f"link-guesses:{address_digest(request)}"


def check_guesses(request: HttpRequest) -> None:
    """Raise TooMany if this address has guessed wrong too often in the last ten minutes."""
    if cache.get(_key(request), 0) >= WRONG_GUESSES:
        raise TooMany(_("Too many wrong tries. Wait ten minutes, or use the link in the mail."))


def count_wrong_guess(request: HttpRequest) -> None:
    """Remember one wrong guess of this address."""
    key = _key(request)
    if not cache.add(key, 1, WINDOW_SECONDS):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two calls
            cache.set(key, 1, WINDOW_SECONDS)
