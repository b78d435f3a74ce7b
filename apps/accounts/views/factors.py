"""The authenticator app and the recovery codes: allauth's pages, with an entry in the act's transaction."""

from __future__ import annotations

from typing import Any, cast

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from django.db import transaction
from django.forms import Form
from django.http import HttpResponse

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject


class _Recorded:
    """What the form does and its entry stand or fall together; allauth mails the owner after the commit."""

    request: Any

    def form_valid(self, form: Form) -> HttpResponse:
        user = cast(User, self.request.user)
        with transaction.atomic():
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
            self.record(Subject.of("user", user.public_id), actor_for(user))
        return response

    def record(self, subject: Subject, actor: Actor) -> None:
        """Write the entry."""
        raise NotImplementedError


class SetUpApp(_Recorded, ActivateTOTPView):  # type: ignore[misc]
    """The authenticator app is on from now on."""

    def record(self, subject: Subject, actor: Actor) -> None:
        ledger.record("authenticator_app.added", subject, actor)


class RenewRecoveryCodes(_Recorded, GenerateRecoveryCodesView):  # type: ignore[misc]
    """New recovery codes; the old ones open nothing any more."""

    def record(self, subject: Subject, actor: Actor) -> None:
        ledger.record("recovery_codes.renewed", subject, actor)
