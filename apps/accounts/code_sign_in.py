"""Signing in by a mailed code: it opens the account of the person who reads the mailbox, or makes one.

Known and unknown addresses get the same page, the same letter and the same work. Which of the two it was shows only
after the code, to the holder of the mailbox. Staff cannot sign in this way: mail is no factor for them (CJIS IA-2,
NIST SP 800-63B-4). They see the same page, and their letter says so in place of the code.
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account import signals
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.internal.stagekit import clear_login
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts import code_budget
from apps.accounts.mailboxes import user_of_mailbox
from apps.accounts.models import User
from apps.accounts.services import open_account


class CodeSignIn(LoginCodeVerificationProcess):  # type: ignore[misc]
    """One try to sign in by code. Its state is in the session; nothing is stored about a stranger."""

    @classmethod
    def open(cls, *, request: HttpRequest, user: User | None, email: str, new: bool) -> CodeSignIn:
        """Mails the code. `new` says that the person asked for an account rather than for a sign-in.

        The session keeps the address and no user, known or not: each later step does the same work for all, and
        guesses at the code that no staff member has do not count toward a lock-out.
        """
        login = Login(user=None, email=email)
        login.state.update(stages={"current": LoginByCodeStage.key})
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=None, email=email), initiated_by_user=True, asked_for_account=new)
        stage.state.update(is_new=user is None, no_code=user is not None and user.is_staff)
        attempt = cls(stage=stage)
        if attempt._choose_code():
            attempt.send()
        else:
            messages.info(request, _("We sent several codes to this address already. Use the newest one."))
        attempt.persist()
        return attempt

    @classmethod
    def resume(cls, stage: Any) -> CodeSignIn | None:
        attempt: CodeSignIn | None = cls(stage=stage).abort_if_invalid()
        return attempt

    def is_valid(self) -> bool:
        """A long code opens once, for whichever of its browsers comes first."""
        epoch = self.state.get("epoch")
        return bool(super().is_valid()) and (not epoch or code_budget.is_current(self.state["email"], epoch))

    def _choose_code(self) -> bool:
        """Which code opens this try, and whether a letter with it goes out now."""
        email = self.state["email"]
        if code_budget.may_mail_short_code(self.request, email):
            self.generate_code()
            return True
        long = code_budget.long_code(email)
        self.state.update(code=long.code, epoch=long.epoch)
        return long.mail_it

    def send_by_email(self, email: str, skip_enumeration_mails: bool = False) -> None:
        """One letter in every case. A staff member's holds no code, and no code works then."""
        code = self.state["code"]
        letter = "account/email/login_code"
        if self.state["no_code"]:
            letter = "account/email/staff_no_code"
            self.state.update(code="")
        get_adapter().send_mail(letter, email, {"code": code, "is_new": self.state["is_new"]})

    def resend(self) -> None:
        """The same code once more, for another 15 minutes: the late letter opens too. Used tries stay used."""
        self.state.update(at=time.time())
        self.send()
        self.record_resend()
        self.persist()

    def finish(self, redirect_url: str | None) -> HttpResponse:
        """The code was right: the mailbox is theirs. Signs in, with a new account where there was none."""
        email = self.state["email"]
        if self.state.get("epoch"):
            code_budget.spend_long_code(email)
        user, is_new = user_of_mailbox(email), False
        if user is None:
            user, is_new = open_account(email=email, language=getattr(self.request, "LANGUAGE_CODE", ""))
        if user.is_staff:  # since the code was mailed
            clear_login(self.request)
            messages.error(self.request, _("Staff sign in another way"))
            return redirect("account_login")
        record_authentication(self.request, user, method="code", email=email)
        if is_new:
            signals.user_signed_up.send(sender=User, request=self.request, user=user)
            if not self.state["asked_for_account"]:
                words = _(
                    "There was no account with %(email)s, so this is a new one. "
                    "Is it not what you expected? Sign out and use your other address."
                )
                messages.warning(self.request, words % {"email": email})
        else:
            sync_user_email_address(user)
            verify_email_indirectly(self.request, user, email)
        login = Login(user=user, redirect_url=redirect_url, email=email, signup=is_new)
        response: HttpResponse = perform_login(self.request, login)
        return response
