"""What a page needs to warn before a staff session locks, and to open it again in place."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse

from apps.accounts.staff_notice import notice_text
from apps.accounts.staff_proof import ProofForm
from apps.accounts.staff_session import newest_proof, seconds_left, why_locked
from apps.accounts.staff_sso import login_url

register = template.Library()
register.simple_tag(notice_text, name="staff_notice")


@register.simple_tag
def staff_providers() -> list[dict[str, str]]:
    """The agencies whose staff sign in through their own provider: name and address of each."""
    return [{"name": one["name"], "url": login_url(one)} for one in settings.STAFF_IDENTITY_PROVIDERS]


@register.inclusion_tag("staff/_keeper.html", takes_context=True)
def staff_keeper(context: dict[str, Any]) -> dict[str, Any]:
    """The dialog of a staff session; nothing for others, and nothing where the session is locked already."""
    request = context.get("request")
    user: Any = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated or not user.is_staff:
        return {}
    if not newest_proof(request, "mfa") or why_locked(request) is not None:
        return {}
    return {
        "left": int(seconds_left(request)),
        "warning": settings.STAFF_IDLE_WARNING_SECONDS,
        "idle_minutes": settings.STAFF_IDLE_MINUTES,
        "active_url": reverse("staff:active"),
        "locked_url": reverse("staff:locked"),
        "form": ProofForm(request=request, auto_id="keeper_%s"),
        "csrf_token": context.get("csrf_token", ""),
    }
