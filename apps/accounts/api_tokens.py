"""A person's key for programs. It is shown once; the database holds a digest of it, so a stolen copy opens nothing."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.authentication import TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed

from apps.accounts.models import User
from apps.core.errors import NotAllowed, PortalError
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

PREFIX = "ccp_"


class BadKey(PortalError):
    """The caller shows a key that opens nothing: mistyped, revoked, or of an account that may have none."""

    status = 401


def digest_of_key(key: str) -> str:
    """What the table holds in place of the key: the first 160 bits of its SHA-256, as many as the column takes."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def issue_token(*, user: User, actor: Actor) -> str:
    """A new key for this person, returned this once; an earlier one stops working.

    Raises NotAllowed for staff: their acts need a second factor, which a key does not have.
    """
    if user.is_staff:
        raise NotAllowed(_("A staff account cannot have a key for programs."), code="staff_account")
    key = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        Token.objects.filter(user=user).delete()
        Token.objects.create(user=user, key=digest_of_key(key))
        ledger.record("api_token.issued", Subject.of("user", user.public_id), actor)
    return key


def revoke_token(*, user: User, actor: Actor) -> bool:
    """The person's key stops working. Says whether there was one."""
    with transaction.atomic():
        gone, _each = Token.objects.filter(user=user).delete()
        if gone:
            ledger.record("api_token.revoked", Subject.of("user", user.public_id), actor)
    return bool(gone)


def has_token(user: User) -> bool:
    """Whether the person has a key now."""
    return Token.objects.filter(user=user).exists()


class ApiTokenAuthentication(TokenAuthentication):
    """`Authorization: Token <key>`; the key's digest is looked up. Never for staff, whatever the table holds."""

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        user, token = super().authenticate_credentials(digest_of_key(key))
        if user.is_staff:
            raise AuthenticationFailed(_("A staff account cannot use a key for programs."))
        return user, token


def sign_in_by_key(request: HttpRequest) -> None:
    """Let `Authorization: Token <key>` name the caller of a view that is not DRF's; without one nothing changes.

    Raises BadKey for a key that opens nothing, whoever the browser's session names.
    """
    try:
        found = ApiTokenAuthentication().authenticate(request)  # type: ignore[arg-type]  # it reads the header alone
    except AuthenticationFailed as refusal:
        raise BadKey(str(refusal.detail), code="key") from refusal
    if found is not None:
        request.user = found[0]
