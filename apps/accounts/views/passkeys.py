"""Passkeys: signing in with one, and adding, naming and removing them."""

from __future__ import annotations

from typing import Any

from allauth.account.mixins import NextRedirectMixin
from allauth.account.models import Login
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.mfa.webauthn.internal import auth, flows
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    LoginWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import one_line
from apps.accounts.passkeys import add_passkey, remove_passkey

HERE = reverse_lazy("account_security")


def _name_field() -> forms.CharField:
    help_text = _("So that you know later which device it is on.")
    return forms.CharField(label=_("Name of the passkey"), max_length=60, required=False, help_text=help_text)


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A name and what the device answered. That the device checked its holder is verified with the answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name_field()
        del self.fields["passwordless"]

    def clean_name(self) -> str:
        return one_line(super().clean_name())


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = _name_field()
        self.fields["name"].required = True

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    form_class = AddPasskeyForm

    def get_form_class(self) -> type[forms.Form]:
        return self.form_class

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super(AddWebAuthnView, self).get_context_data(**kwargs)
        context["options"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return dict(context)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        data = form.cleaned_data
        made_codes = add_passkey(request=self.request, name=data["name"], credential=data["credential"])
        return redirect("mfa_view_recovery_codes" if made_codes else HERE)


class RenamePasskey(EditWebAuthnView):  # type: ignore[misc]
    form_class = RenamePasskeyForm
    success_url = HERE

    def get_form_class(self) -> type[forms.Form]:
        return self.form_class


class RemovePasskey(RemoveWebAuthnView):  # type: ignore[misc]
    def form_valid(self, form: forms.Form) -> HttpResponse:
        remove_passkey(request=self.request, passkey=self.object)
        return redirect(HERE)


class UsePasskey(NextRedirectMixin, LoginWebAuthnView):  # type: ignore[misc]
    """Signs in with a passkey alone, and leads back to where the person came from."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=self.get_next_url())
        response: HttpResponse = flows.perform_passwordless_login(self.request, passkey, login)
        return response

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        super().form_invalid(form)  # says what is wrong
        return redirect(self.passthrough_next_url(str(reverse_lazy("account_login"))))


class ProveByPasskey(ReauthenticateWebAuthnView):  # type: ignore[misc]
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "options": context["js_data"]}

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        super().form_invalid(form)
        request: HttpRequest = self.request
        return redirect(request.get_full_path())
