"""Which staff accounts belong to an agency's own identity provider."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from apps.accounts.models import User


def provider_of(user: User) -> dict[str, Any] | None:
    """The configured identity provider through which this person signs in; None for a password of the portal."""
    configured = {str(one["id"]): one for one in settings.STAFF_IDENTITY_PROVIDERS}
    if not configured:
        return None
    accounts = apps.get_model("socialaccount", "SocialAccount").objects.filter(user=user, provider__in=configured)
    found = accounts.values_list("provider", flat=True).first()
    return configured[found] if found else None


def signs_in_elsewhere(user: User) -> bool:
    """Whether the portal's own password is closed to this person: the agency's provider says who works there."""
    found = provider_of(user)
    return found is not None and not found.get("password_too", False)


def login_url(provider: dict[str, Any]) -> str:
    """Where a form leads to the provider."""
    if provider["kind"] == "saml":
        return reverse("saml_login", kwargs={"organization_slug": provider["id"]})
    return reverse("openid_connect_login", kwargs={"provider_id": provider["id"]})


def record_given_elsewhere(request: HttpRequest, user: User, *, at: float | None) -> None:
    """This session gave a second factor at the agency's provider: then (`at`, seconds since 1970), not now.

    A provider that remembers people for days answers at once; its `auth_time` keeps such an answer from being a fresh
    proof. One that does not say when is taken at its word.
    """
    record_authentication(request, user, method="mfa", type="idp")
    records = get_authentication_records(request, user)
    records[-1]["at"] = min(time.time(), at) if at else time.time()
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records
