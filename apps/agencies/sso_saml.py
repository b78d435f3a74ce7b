"""allauth's SAML provider, which also tells how the person proved himself there."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount import providers
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from allauth.socialaccount.providers.saml.utils import get_app_or_404
from allauth.socialaccount.providers.saml.views import finish_acs
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.core.errors import NotFound


class AgencySAMLProvider(SAMLProvider):  # type: ignore[misc]
    """Keeps the AuthnContext of the assertion beside its attributes."""

    package = "allauth.socialaccount.providers.saml"

    def extract_extra_data(self, data: Any) -> dict[str, Any]:
        return {**super().extract_extra_data(data), "authn_contexts": data.get_last_authn_contexts()}


@login_not_required
def finish(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """allauth's second step of an answer, with a page instead of a crash for what is no XML at all."""
    try:
        response: HttpResponse = finish_acs(request, organization_slug=organization_slug)
    except (SyntaxError, ValueError):
        provider = get_app_or_404(request, organization_slug).get_provider(request)
        response = render_authentication_error(request, provider)
    return response


def no_logout(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """In place of allauth's single log-out: it heeds unsigned requests, with which any page could sign staff out."""
    raise NotFound(_("There is no such page."))


def use_it() -> None:
    """From now on allauth makes ours where it made its own."""
    providers.registry.load()
    providers.registry.register(AgencySAMLProvider)
