"""What accounts hold about a person."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import ApiKey, User
from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    register,
)


def _account(whose: Whose) -> Iterator[Row]:
    user = User.objects.get(pk=whose.user_id)
    yield {
        "id": str(user.public_id),
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "time_zone": user.time_zone,
        "joined": user.date_joined,
        "last_sign_in": user.last_login,
        "closed": user.closed_at,
        "erased_from": user.erase_at,
    }


def _addresses(whose: Whose) -> Iterator[Row]:
    for row in EmailAddress.objects.filter(user_id=whose.user_id).order_by("pk"):
        yield {"email": row.email, "verified": row.verified, "primary": row.primary}


def _factors(whose: Whose) -> Iterator[Row]:
    for row in Authenticator.objects.filter(user_id=whose.user_id).order_by("pk"):
        yield {"kind": str(row.get_type_display()), "since": row.created_at, "last_used": row.last_used_at}


def _keys(whose: Whose) -> Iterator[Row]:
    for row in ApiKey.objects.filter(made_by_id=whose.user_id).order_by("pk"):
        yield {
            "name": row.name,
            "scope": str(row.get_scope_display()),
            "since": row.created_at,
            "until": row.expires_at,
            "last_used": row.last_used_at,
            "revoked": row.revoked_at,
        }


def _sessions(whose: Whose) -> Iterator[Row]:
    for row in UserSession.objects.filter(user_id=whose.user_id).order_by("pk"):
        yield {"since": row.created_at, "last_seen": row.last_seen_at, "address": row.ip, "browser": row.user_agent}


register(
    Section(
        "account",
        _("Your account"),
        _account,
        {
            "id": _("Number"),
            "email": _("E-mail"),
            "name": _("Name"),
            "language": _("Language"),
            "time_zone": _("Time zone"),
            "joined": _("Joined"),
            "last_sign_in": _("Last sign-in"),
            "closed": _("Closed"),
            "erased_from": _("Erased from"),
        },
        covers=("accounts.User",),
    )
)
register(
    Section(
        "email_addresses",
        _("E-mail addresses for signing in"),
        _addresses,
        {"email": _("E-mail"), "verified": _("Verified"), "primary": _("In use")},
        covers=("account.EmailAddress",),
    )
)
register(
    Section(
        "second_factors",
        _("Passkeys and second factors"),
        _factors,
        {"kind": _("Kind"), "since": _("Since"), "last_used": _("Last used")},
        covers=("mfa.Authenticator",),
    )
)
register(
    Section(
        "api_keys",
        _("Keys for programs"),
        _keys,
        {
            "name": _("Name"),
            "scope": _("What it may do"),
            "since": _("Since"),
            "until": _("Works until"),
            "last_used": _("Last used"),
            "revoked": _("Revoked"),
        },
        covers=("accounts.ApiKey",),
    )
)
register(
    Section(
        "sessions",
        _("Where you are signed in"),
        _sessions,
        {"since": _("Since"), "last_seen": _("Last seen"), "address": _("Network address"), "browser": _("Browser")},
        covers=("accounts.Session", "usersessions.UserSession"),
    )
)
