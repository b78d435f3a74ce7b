"""Addresses under /accounts/ that are ours, some of them in place of allauth's of the same name."""

from django.urls import path

from apps.accounts.views import entering

urlpatterns = [
    path("login/", entering.SignIn.as_view(), name="account_login"),
    path("signup/", entering.SignUp.as_view(), name="account_signup"),
    path("login/code/", entering.RequestCode.as_view(), name="account_request_login_code"),
    path("login/code/confirm/", entering.EnterCode.as_view(), name="account_confirm_login_code"),
]
