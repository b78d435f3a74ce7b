"""Whether this very session passed a second factor (CJIS IA-2): not merely whether the account has one."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import User


def has_second_factor(user: User) -> bool:
    """The account has an authenticator app set up."""
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def passed_second_factor(request: HttpRequest) -> bool:
    """This session gave a code in the last STAFF_SESSION_HOURS, at sign-in, later, or while setting the app up.

    A session from before the set-up, or one opened by a password reset alone, did not.
    """
    since = time.time() - settings.STAFF_SESSION_HOURS * 3600
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" and record.get("at", 0) > since for record in records)


def note_set_up(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Setting the app up proves its code: the session has then passed. Receives allauth's `authenticator_added`."""
    if authenticator.type == Authenticator.Type.TOTP:
        record_authentication(request, user, method="mfa", id=authenticator.pk, type="totp")
