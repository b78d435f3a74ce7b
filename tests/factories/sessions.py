"""Signed-in clients, staff with the second factor that every staff page demands."""

from __future__ import annotations

import time

from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
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
