"""How often each form may be tried, and the sentence that says when to try again."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator

from allauth.core.internal.ratelimit import get_cache_key, get_rates
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.accounts.models import normalize_email

ACCOUNT = "allauth.account"
# Which limits apply to which form: (app, action), by the name of the address.
DOORS: dict[str, tuple[tuple[str, str], ...]] = {
    "account_email": ((ACCOUNT, "manage_email"), (ACCOUNT, "confirm_email")),
    "account_email_verification_sent": ((ACCOUNT, "confirm_email"),),
    "account_change_password": ((ACCOUNT, "change_password"),),
    "account_set_password": ((ACCOUNT, "change_password"),),
    "account_reauthenticate": ((ACCOUNT, "reauthenticate"),),
    "account_reauthenticate_by_code": ((ACCOUNT, "reauthenticate"),),
    "mfa_reauthenticate": ((ACCOUNT, "reauthenticate"),),
    "mfa_reauthenticate_webauthn": ((ACCOUNT, "reauthenticate"),),
}


def seconds_left(request: HttpRequest, app: str, action: str, key: str | None = None) -> float:
    """How long this limit still refuses this caller, in seconds; 0 where it does not."""
    return max(_waits(request, app, action, key), default=0.0)


def _waits(request: HttpRequest, app: str, action: str, key: str | None) -> Iterator[float]:
    now = time.time()
    for rate in get_rates(app=app, action=action):
        if (rate.per == "key" and not key) or (rate.per == "user" and not request.user.is_authenticated):
            continue
        hits: list[float] = cache.get(get_cache_key(request, app=app, action=action, rate=rate, key=key), [])
        if len(hits) >= rate.amount:
            # The newest stands first: with the amount-th newest gone there is room again.
            yield max(0.0, hits[rate.amount - 1] + rate.duration - now)


def try_again(seconds: float) -> str:
    """“Please try again in 3 minutes.”, rounded up so that it holds."""
    minutes = max(1, math.ceil(seconds / 60))
    hours = math.ceil(minutes / 60)
    if minutes == 1:
        return _("Please try again in a minute.")
    if minutes <= 60:
        return _("Please try again in %(number)s minutes.") % {"number": minutes}
    return _("Please try again in %(number)s hours.") % {"number": hours}


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """The page that stops somebody for a while, with the time in words and in `Retry-After`."""
    name = request.resolver_match.url_name if request.resolver_match else None
    key = normalize_email(request.POST.get("email") or request.POST.get("login") or "") or None
    waits = [seconds_left(request, app, action, key) for app, action in DOORS.get(name or "", ())]
    left = max(waits, default=0.0) or 60.0
    context = {"when": try_again(left), "title": _("Too many tries")}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(math.ceil(left))
    response["Cache-Control"] = "no-store"
    return response
