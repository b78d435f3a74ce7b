"""Passkeys of an account: adding and removing them.

Each is discoverable and checks who holds it (fingerprint, face, PIN), so it is two factors in one (NIST SP 800-63B-4).
"""

from __future__ import annotations

from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa import signals
from allauth.mfa.base.internal.flows import delete_and_cleanup
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import auto_generate_recovery_codes
from allauth.mfa.webauthn.internal import auth
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.accounts.second_factor import has_second_factor
from apps.core.errors import NotAllowed
from apps.ledger import services as ledger
from apps.ledger.values import Subject


def passkeys_of(user: User) -> list[Authenticator]:
    """The account's passkeys, the oldest first."""
    return list(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("pk"))


def add_passkey(*, request: HttpRequest, name: str, credential: dict[str, Any]) -> bool:
    """Adds a passkey to the signed-in account and tells its owner by mail.

    Says whether recovery codes were made with it: for those who are asked for a second factor, and for nobody else.
    """
    raise_if_reauthentication_required(request, app="allauth.mfa")
    user = cast(User, request.user)
    with transaction.atomic():
        passkey = auth.WebAuthn.add(user, name, credential).instance
        ledger.record("passkey.added", Subject.of("user", user.public_id), actor_for(user))
    signals.authenticator_added.send(sender=Authenticator, request=request, user=user, authenticator=passkey)
    get_adapter().send_notification_mail("mfa/email/webauthn_added", user)
    messages.success(request, _("The passkey is added. You can sign in with it from now on."))
    return has_second_factor(user) and auto_generate_recovery_codes(request) is not None


def remove_passkey(*, request: HttpRequest, passkey: Authenticator) -> None:
    """Removes it and tells its owner by mail. Raises NotAllowed for the last second factor of staff (CJIS IA-2)."""
    raise_if_reauthentication_required(request, app="allauth.mfa")
    user = cast(User, request.user)
    factors = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    with transaction.atomic():
        if user.is_staff and not factors.exclude(pk=passkey.pk).exists():
            raise NotAllowed(_("This is your only second factor. Set up another one first."), code="last_factor")
        delete_and_cleanup(request, passkey)
        ledger.record("passkey.removed", Subject.of("user", user.public_id), actor_for(user))
    get_adapter().send_notification_mail("mfa/email/webauthn_removed", user)
    messages.success(request, _("The passkey is removed. Delete it on your device as well."))
