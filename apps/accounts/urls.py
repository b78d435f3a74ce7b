"""Addresses under /accounts/ that are ours, most of them in place of allauth's of the same name."""

from allauth.account import views as allauth_views
from allauth.mfa.recovery_codes.views import download_recovery_codes, view_recovery_codes
from django.urls import include, path

from apps.accounts import staff_views
from apps.accounts.recent import fresh_second_factor, not_for_staff
from apps.accounts.views import entering, factors, passkeys, proving, security

urlpatterns = [
    path("staff/", include("apps.accounts.staff_urls")),
    path("3rdparty/", staff_views.nowhere, name="socialaccount_connections"),
    path("3rdparty/signup/", staff_views.nowhere, name="socialaccount_signup"),
    path("login/", entering.SignIn.as_view(), name="account_login"),
    path("signup/", entering.SignUp.as_view(), name="account_signup"),
    path("login/code/", entering.RequestCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", entering.EnterCode.as_view(), name="account_confirm_login_code"),
    path("reauthenticate/code/", proving.ProveByCode.as_view(), name="account_reauthenticate_by_code"),
    path("password/set/", fresh_second_factor(security.SetPassword.as_view()), name="account_set_password"),
    path("password/change/", fresh_second_factor(allauth_views.password_change), name="account_change_password"),
    path("email/", not_for_staff(allauth_views.email), name="account_email"),
    path("security/", security.security, name="account_security"),
    path("sessions/", security.to_security, name="usersessions_list"),
    path("sessions/end/", security.end_sessions, name="account_end_sessions"),
    path("2fa/", security.to_security, name="mfa_index"),
    path("2fa/webauthn/", security.to_security, name="mfa_list_webauthn"),
    path("2fa/totp/activate/", fresh_second_factor(factors.SetUpApp.as_view()), name="mfa_activate_totp"),
    path("2fa/recovery-codes/", fresh_second_factor(view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        fresh_second_factor(factors.RenewRecoveryCodes.as_view()),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/", fresh_second_factor(download_recovery_codes), name="mfa_download_recovery_codes"
    ),
    path("2fa/webauthn/add/", fresh_second_factor(passkeys.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("2fa/webauthn/login/", passkeys.UsePasskey.as_view(), name="mfa_login_webauthn"),
    path("2fa/webauthn/reauthenticate/", passkeys.ProveByPasskey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("2fa/webauthn/keys/<int:pk>/edit/", passkeys.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        fresh_second_factor(passkeys.RemovePasskey.as_view()),
        name="mfa_remove_webauthn",
    ),
]
