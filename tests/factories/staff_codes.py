"""Present codes of the tests' authenticator app, and a staff member who can really sign in."""

from __future__ import annotations

import time

import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from tests.factories.people import PASSWORD
from tests.factories.sessions import SEED, give_second_factor


def code_now(*, seed: str = SEED) -> str:
    """What the app shows now."""
    return str(format_hotp_value(hotp_value(seed, int(time.time()) // mfa_settings.TOTP_PERIOD)))


def proof(password: str = PASSWORD, code: str | None = None) -> dict[str, str]:
    """The fields of the question who is at the desk."""
    return {"proof_password": password, "proof_code": code_now() if code is None else code}


def ready(user: User) -> User:
    """The account has a verified address and an authenticator app."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    give_second_factor(user)
    return user


def try_password(client: Client, email: str, password: str = "wrong wrong wrong wrong"):
    """One attempt at the sign-in form."""
    return client.post(reverse("account_login"), {"login": email, "password": password})


def opens(client: Client, email: str, password: str = PASSWORD) -> bool:
    """Whether password and the app's code open a session in this browser. A code that was used works once more."""
    cache.clear()
    with time_machine.travel(timezone.now(), tick=False):
        try_password(client, email, password)
        client.post(reverse("mfa_authenticate"), {"code": code_now()})
    return "_auth_user_id" in client.session


def fail(email: str, times: int = 5, **source: str) -> None:
    """So many wrong passwords from one address."""
    for _ in range(times):
        try_password(Client(**{"REMOTE_ADDR": "198.51.100.7", **source}), email)
