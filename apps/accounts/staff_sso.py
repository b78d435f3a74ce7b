"""Which staff accounts belong to an agency's own identity provider."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings

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
