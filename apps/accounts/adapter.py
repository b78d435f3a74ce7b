"""allauth, told how this portal signs people in."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from smtplib import SMTPException
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core import context
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.browsers import describe_browser
from apps.accounts.models import User, normalize_email
from apps.accounts.proof import may_prove_by_code
from apps.accounts.staff_signin import StaffSignIn
from apps.core.errors import PortalError
from apps.core.fields import EncryptedTextField
from apps.core.reading import asked_once

logger = logging.getLogger(__name__)
_SECRETS = EncryptedTextField()


class MailFailed(PortalError):
    """A code could not be mailed; nothing else happened."""

    status = 503


class AccountAdapter(StaffSignIn, DefaultAccountAdapter):  # type: ignore[misc]
    """E-mail addresses are compared in one form; who has just proved who they are is not asked again."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _(
            "Too many wrong tries. Wait 15 minutes and try again, or ask for a code by e-mail."
        ),
        "rate_limited": _("That was very soon. Wait a few seconds and try again."),
        "incorrect_code": _("This code is not right. Look at the newest message, or ask for a new code."),
    }

    def clean_email(self, email: str) -> Any:
        return normalize_email(super().clean_email(email))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        given = [record["at"] for record in records if record.get("method") in ("password", "mfa", "code")]
        if given and time.time() - max(given) <= app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        if not get_reauthentication_flows(self.request.user):
            raise ReauthenticationRequired  # allauth would let an account without password and factor pass unasked
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {"reauthenticate": _("Use your password"), "mfa_reauthenticate": _("Use a code of your app")}
        known, by_code = asked_once(
            ("reauthentication", user.pk),
            lambda: (
                super(AccountAdapter, self).get_reauthentication_methods(user),
                isinstance(user, User) and may_prove_by_code(user),
            ),
        )
        methods = [{**method, "description": words.get(method["id"], _("Use a passkey"))} for method in known]
        if by_code:
            url = reverse("account_reauthenticate_by_code")
            methods.append({"id": "by_code", "description": _("Use a code by e-mail"), "url": url})
        return methods

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "apps.accounts.stages.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def login(self, request: HttpRequest, user: Any) -> None:
        """Signs in until the browser closes, whichever way somebody came: allauth does so for passwords alone."""
        super().login(request, user)
        request.session.set_expiry(0)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sends at once, inside the request, alike for known and unknown addresses.

        Raises MailFailed where the mail server refuses or is away; the address stays out of the log.
        """
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as problem:
            logger.error("A mail of sign-in was not sent: %s (%s)", type(problem).__name__, template_prefix)
            raise MailFailed(_("We could not send the mail just now. Please try again in a few minutes.")) from None

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tells the owner what changed, from which browser in words, and where to undo it."""
        browser = describe_browser(self.get_http_user_agent(self.request))
        more = {"browser": browser, "security_url": f"{settings.SITE_URL}{reverse('account_security')}"}
        with suppress(MailFailed):  # what it tells of is done already
            super().send_notification_mail(template_prefix, user, {**more, **(context or {})}, email)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_security")


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of authenticator apps lie encrypted, and staff may not switch theirs off (CJIS IA-2)."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": _("That was not right. Try once more.")}

    def encrypt(self, text: str) -> str:
        return str(_SECRETS.get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        return str(_SECRETS.from_db_value(encrypted_text))

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """What the browser says it is: “Chrome on Android” helps more than a number."""
        return describe_browser(context.request.META.get("HTTP_USER_AGENT", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.PORTAL_NAME}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not authenticator.user.is_staff
