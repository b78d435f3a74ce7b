"""Sign-in through an agency's own provider: the addresses at which we check more than allauth does."""

from django.urls import path

from apps.agencies import sso_oidc, sso_saml

urlpatterns = [
    path("saml/<slug:organization_slug>/acs/finish/", sso_saml.finish, name="saml_finish_acs"),
    path("saml/<slug:organization_slug>/sls/", sso_saml.no_logout, name="saml_sls"),
    path("oidc/<slug:provider_id>/login/", sso_oidc.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", sso_oidc.callback, name="openid_connect_callback"),
]
