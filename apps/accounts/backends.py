"""Passwords, checked by allauth's back-end with our look-up."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from apps.accounts.mailboxes import user_of_mailbox
from apps.accounts.models import User


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """One look-up and one run of the hasher, whether the address is known or not.

    The hasher runs for unknown addresses in allauth and for accounts without password in Django.
    """

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        found: User | None = self._check_password(user_of_mailbox(email), password)
        return found
