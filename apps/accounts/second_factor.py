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
from apps.core.reading import asked_once


def has_second_factor(user: User) -> bool:
    """A second factor is asked of this account: its authenticator app, or for staff a passkey.

    A resident's passkey alone is one more way in and is asked of nobody.
    """
    kinds = [Authenticator.Type.TOTP, *([Authenticator.Type.WEBAUTHN] if user.is_staff else [])]
    asked = Authenticator.objects.filter(user=user, type__in=kinds)
    return bool(asked_once(("second_factor", user.pk), asked.exists))


def proof_page(user: User) -> str:
    """Name of the page where a staff member proves a second factor, or sets the first one up."""
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    if Authenticator.Type.TOTP in kinds:
        return "mfa_reauthenticate"
    return "mfa_reauthenticate_webauthn" if Authenticator.Type.WEBAUTHN in kinds else "mfa_activate_totp"


def passed_second_factor(request: HttpRequest) -> bool:
    """This session gave a code or used a passkey in the last STAFF_SESSION_HOURS: at sign-in, later, or at set-up.

    A passkey alone passes: MFA_WEBAUTHN_USER_VERIFICATION takes none that does not check who holds it, which makes it
    a multi-factor authenticator (NIST SP 800-63B-4). A session from before the set-up, or one opened by a password
    reset alone, did not pass.
    """
    since = time.time() - settings.STAFF_SESSION_HOURS * 3600
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" and record.get("at", 0) > since for record in records)


def note_set_up(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Setting one up proves it: the session has then passed. Receives allauth's `authenticator_added`."""
    if authenticator.type in (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN):
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=str(authenticator.type))


def drop_codes_without_app(*, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Recovery codes stand in for a second factor: where none is asked any more they go, passkeys or not.

    Receives allauth's `authenticator_removed`.
    """
    if authenticator.type == Authenticator.Type.TOTP and not has_second_factor(user):
        Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
