"""allauth's OpenID Connect views with one thing changed: the signature of each ID token is checked."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse


class CheckingAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """allauth trusts a token that came by TLS straight from the provider (OpenID Connect Core 3.1.3.7 lets it).

    Between an agency's network and ours stand proxies that open TLS: the signature costs one request and is checked.
    """

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        self.did_fetch_access_token = False
        try:
            claims: dict[str, Any] = super()._decode_id_token(app, id_token)
        except (KeyError, TypeError, ValueError) as error:  # a token without a key id, keys that are none
            raise OAuth2Error("The ID token cannot be read.") from error
        return claims


def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Leads to the provider; by GET it asks first, so that no other site can send somebody there."""
    return _answer(OAuth2LoginView, request, provider_id)


def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The provider sends the person back here."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        response: HttpResponse = view.adapter_view(CheckingAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise Http404 from None
    return response
