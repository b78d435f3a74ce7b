"""allauth's step of the second factor, asked of those who have one."""

from __future__ import annotations

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from apps.accounts.second_factor import has_second_factor
from apps.accounts.staff_signin import second_factor_was_given_elsewhere


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """A passkey is a way in, and adding one for convenience leaves the others as they are.

    allauth would ask for it after each code or password from then on: a resident who lost the phone would be locked
    out. Who switched the authenticator app on, and all staff, are asked; not who gave
    one at the agency's own identity provider, where that counts.
    """

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is None or not has_second_factor(user):
            return False
        if second_factor_was_given_elsewhere(self.login):
            return False
        return bool(super()._should_handle(request))
