"""allauth, told how this portal signs people in."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator

from apps.accounts.models import normalise_email
from apps.core.fields import EncryptedTextField

_SECRETS = EncryptedTextField()


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """E-mail addresses are compared in one form; who has just given the password is not asked for it again."""

    def clean_email(self, email: str) -> Any:
        return normalise_email(super().clean_email(email))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        if not super().is_reauthentication_required(app=app, **kwargs):
            return False
        records = get_authentication_records(self.request, self.request.user)
        given = [record["at"] for record in records if record.get("method") in ("password", "mfa")]
        return not given or time.time() - max(given) > app_settings.REAUTHENTICATION_TIMEOUT


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of authenticator apps lie encrypted, and staff may not switch theirs off (CJIS IA-2)."""

    def encrypt(self, text: str) -> str:
        return str(_SECRETS.get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        return str(_SECRETS.from_db_value(encrypted_text))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not authenticator.user.is_staff
