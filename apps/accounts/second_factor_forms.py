"""The forms that take a code of the authenticator app, with tries counted as those at the password are."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm

from apps.accounts.tallies import give_back
from apps.accounts.tries import take_try


class _Counted:
    """allauth counts by account alone, so somebody who knows the password could lock its owner out."""

    user: Any

    def clean_code(self) -> str:
        taken = take_try(context.request, self.user.email)
        code: str = super().clean_code()  # type: ignore[misc]
        give_back(taken)
        return code


class EnterSecondFactor(_Counted, AuthenticateForm):  # type: ignore[misc]
    """At the sign-in."""


class ProveSecondFactor(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """In an open session."""
