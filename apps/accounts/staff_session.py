"""How long a staff session stays open: idleness (CJIS AC-11), twelve hours (IA-11), and what counts as being there."""

from __future__ import annotations

import time

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

ACTIVE_AT = "staff_active_at"
NOTICE_AT = "staff_notice_at"
LOCK_NOTED = "staff_lock_noted"
_WRITE_EVERY = 20  # seconds: a busy page does not write its session at each request


class Why(models.TextChoices):
    """Why somebody has to prove once more who is at the desk."""

    IDLE = "idle", _("Nobody used this session for a while, so it is locked.")
    HOURS = "hours", _("This session has been open for a long time.")
    PROVIDER = "provider", _("Your agency’s sign-in has to confirm once more that you work there.")
    PRIVILEGED = "privileged", _("This act needs a fresh proof that it is you.")


def newest_proof(request: HttpRequest, *methods: str) -> float:
    """When this session last proved itself by one of the methods, seconds since 1970; 0 for never."""
    records = get_authentication_records(request, request.user)
    return max((record.get("at", 0) for record in records if record.get("method") in methods), default=0)


def why_locked(request: HttpRequest) -> Why | None:
    """What keeps this session locked now; None while it is open, and before its first second factor.

    AC-11: STAFF_IDLE_MINUTES without anybody there. IA-11: STAFF_SESSION_HOURS since the second factor, however busy;
    a session that an agency's identity provider opened goes back there in the same rhythm, so that somebody who was
    switched off there is out within that time. A fresh proof opens it; nothing is stored that could be forgotten.
    """
    now, proved = time.time(), newest_proof(request, "mfa")
    if not proved:
        return None
    longest = settings.STAFF_SESSION_HOURS * 3600
    provider = newest_proof(request, "socialaccount")
    if provider and now - provider > longest:
        return Why.PROVIDER
    if now - proved > longest:
        return Why.HOURS
    return Why.IDLE if seconds_left(request) <= 0 else None


def seconds_left(request: HttpRequest) -> float:
    """Until the session locks for idleness; zero or less: it has."""
    last: float = max(request.session.get(ACTIVE_AT, 0), newest_proof(request, "mfa"))
    return settings.STAFF_IDLE_MINUTES * 60 - (time.time() - last)


def touch(request: HttpRequest) -> None:
    """Somebody is there."""
    if time.time() - request.session.get(ACTIVE_AT, 0) > _WRITE_EVERY:
        request.session[ACTIVE_AT] = time.time()


def is_background(request: HttpRequest) -> bool:
    """What a page fetches by itself: it keeps nobody's session open.

    Browsers say whether they navigate (Sec-Fetch-Mode). Whatever reads without navigating (a board that follows
    answers, a player that loads the next piece, a map) is background, no matter which script it is; the page
    reports keys and clicks to `staff:active` instead. Forms that are sent are somebody's act.
    """
    if request.headers.get("X-Background"):
        return True
    mode = request.headers.get("Sec-Fetch-Mode", "navigate")
    return mode != "navigate" and request.method in ("GET", "HEAD", "PATCH", "OPTIONS")


def has_recent_proof(request: HttpRequest) -> bool:
    """The second factor was given in the last STAFF_PRIVILEGED_MINUTES (CJIS IA-11)."""
    return time.time() - newest_proof(request, "mfa") <= settings.STAFF_PRIVILEGED_MINUTES * 60
