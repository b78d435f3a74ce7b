"""“Is it still you?” for accounts without password: a code to the account's own address.

allauth asks nothing of such an account, so a person who found its session open could take it for good.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from apps.accounts.models import User

KEY = "account_proof_code"
TRIES, SECONDS = 3, 15 * 60


def may_prove_by_code(user: User) -> bool:
    """Not staff, and nobody who wants an authenticator app asked: mail would be the weaker way past it."""
    has_app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    return not user.is_staff and not has_app


class ProofByCode(AbstractCodeVerificationProcess):  # type: ignore[misc]
    """One code on its way; its state lies in the session."""

    def __init__(self, request: HttpRequest, state: dict[str, Any]) -> None:
        super().__init__(max_attempts=TRIES, timeout=SECONDS, state=state, user=request.user)
        self.request = request

    @classmethod
    def begin(cls, request: HttpRequest) -> ProofByCode:
        """Mails a code to the signed-in account; an earlier one stops working."""
        email = EmailAddress.objects.get_primary_email(request.user) or getattr(request.user, "email", "")
        proof = cls(request, cls.initial_state(user=None, email=email))
        proof.send()
        proof.persist()
        return proof

    @classmethod
    def pending(cls, request: HttpRequest) -> ProofByCode | None:
        """The code that was mailed for this session, if it still works."""
        state = request.session.get(KEY)
        proof: ProofByCode | None = cls(request, state).abort_if_invalid() if state else None
        return proof

    def send(self) -> None:
        code = get_adapter().generate_login_code()
        self.state.update(code=code)
        get_adapter().send_mail("account/email/proof_code", self.state["email"], {"code": code})

    def persist(self) -> None:
        self.request.session[KEY] = self.state

    def abort(self) -> None:
        self.request.session.pop(KEY, None)

    def finish(self) -> None:
        """The code was right: this session has just proved itself."""
        self.abort()
        record_authentication(self.request, self.request.user, method="code", reauthenticated=True)
