"""Addresses under /accounts/ that are ours, most of them in place of allauth's of the same name."""

from django.urls import include, path

from apps.accounts import staff_views
from apps.accounts.views import entering, passkeys, proving, security

urlpatterns = [
    path("staff/", include("apps.accounts.staff_urls")),
    path("3rdparty/", staff_views.nowhere, name="socialaccount_connections"),
    path("3rdparty/signup/", staff_views.nowhere, name="socialaccount_signup"),
    path("login/", entering.SignIn.as_view(), name="account_login"),
    path("signup/", entering.SignUp.as_view(), name="account_signup"),
    path("login/code/", entering.RequestCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", entering.EnterCode.as_view(), name="account_confirm_login_code"),
    path("reauthenticate/code/", proving.ProveByCode.as_view(), name="account_reauthenticate_by_code"),
    path("password/set/", security.SetPassword.as_view(), name="account_set_password"),
    path("security/", security.security, name="account_security"),
    path("sessions/", security.to_security, name="usersessions_list"),
    path("sessions/end/", security.end_sessions, name="account_end_sessions"),
    path("2fa/", security.to_security, name="mfa_index"),
    path("2fa/webauthn/", security.to_security, name="mfa_list_webauthn"),
    path("2fa/webauthn/add/", passkeys.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", passkeys.UsePasskey.as_view(), name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", passkeys.ProveByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", passkeys.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/remove/", passkeys.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]
