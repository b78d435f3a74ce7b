"""Signed-in clients, staff with the second factor that every staff page demands."""

from __future__ import annotations

import time

from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client

from apps.accounts.models import User

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_second_factor(user: User) -> None:
    """The account has an authenticator app with the seed of the tests."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, SEED)


def sign_in(client: Client, user: User) -> Client:
    """The client's session is the user's, as allauth would leave it after password and, for staff, code."""
    client.force_login(user)
    session = client.session
    records = [{"method": "password", "at": time.time()}]
    if user.is_staff:
        give_second_factor(user)
        records.append({"method": "mfa", "at": time.time(), "type": "totp"})
    session["account_authentication_methods"] = records
    session["staff_notice_at"] = time.time()
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
    return client


def is_signed_in(client: Client) -> bool:
    """Whether the client's session is somebody's. The session is read only when its cookie has changed."""
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie is None or not cookie.value:
        return False
    known: tuple[str, bool] | None = getattr(client, "known_session", None)
    if known is None or known[0] != cookie.value:
        known = (cookie.value, "_auth_user_id" in client.session)
        client.known_session = known  # type: ignore[attr-defined]
    return known[1]
