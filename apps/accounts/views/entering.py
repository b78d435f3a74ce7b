"""The way in: by code, by password, by passkey, and making an account. allauth's views, each with what is ours."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.decorators import login_stage_required
from allauth.account.stages import LoginByCodeStage
from allauth.account.views import ConfirmLoginCodeView, LoginView, RequestLoginCodeView
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from apps.accounts.code_budget import LONG_DIGITS
from apps.accounts.code_sign_in import CodeSignIn
from apps.accounts.forms import CodeRequestForm


class SignIn(LoginView):  # type: ignore[misc]
    """The three ways in on one page; the form of the code posts to `RequestCode`."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return dict(super().get_context_data(code_form=CodeRequestForm(auto_id="code_%s"), **kwargs))


class RequestCode(RequestLoginCodeView):  # type: ignore[misc]
    """Asks for an address and mails a code to it."""

    form_class = CodeRequestForm
    wants_account = False

    def get_form_class(self) -> type[Form]:
        return self.form_class

    def form_valid(self, form: CodeRequestForm) -> HttpResponse:
        CodeSignIn.open(request=self.request, user=form.user, email=form.cleaned_data["email"], new=self.wants_account)
        return redirect(self.get_success_url())


class SignUp(RequestCode):
    """The same under the name that a newcomer looks for. A person who has an account already is signed in to it."""

    template_name = "account/signup.html"
    wants_account = True


@method_decorator(login_stage_required(stage=LoginByCodeStage.key, redirect_urlname="account_login"), name="dispatch")
class EnterCode(ConfirmLoginCodeView):  # type: ignore[misc]
    """Takes the code. Three wrong ones end this try; a new code may be asked for."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.stage = request._login_stage  # type: ignore[attr-defined]  # set by the decorator
        self._process = CodeSignIn.resume(self.stage)
        if self._process is None:
            messages.error(request, _("The code is too old. Ask for a new one."))
            return redirect("account_login")
        response: HttpResponseBase = super(ConfirmLoginCodeView, self).dispatch(request, *args, **kwargs)
        return response

    def form_invalid(self, form: Form) -> HttpResponse:
        if self._process is not None and self._process.record_invalid_attempt():
            response: HttpResponse = super(ConfirmLoginCodeView, self).form_invalid(form)
            return response
        words = _("Those were three wrong codes, so this code no longer works. Ask for a new one.")
        get_adapter().add_message(self.request, messages.ERROR, message=words)
        return redirect(self.passthrough_next_url(reverse("account_login")))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_long = self._process is not None and "epoch" in self._process.state
        return {**super().get_context_data(**kwargs), "digits": LONG_DIGITS if is_long else 6}
