"""“Is it still you?” by a code to the account's own address."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ConfirmLoginCodeForm
from allauth.account.views import BaseReauthenticateView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from apps.accounts.code_budget import may_mail_proof_code
from apps.accounts.proof import ProofByCode


@method_decorator(login_required, name="dispatch")
class ProveByCode(BaseReauthenticateView):  # type: ignore[misc]
    """First the button that mails a code, then the field for it: looking at the page sends nothing."""

    form_class = ConfirmLoginCodeForm
    template_name = "account/reauthenticate_by_code.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.proof = ProofByCode.pending(request)
        if request.POST.get("action") == "send" or self.proof is None:
            self._send()
            return redirect(request.get_full_path())
        response: HttpResponse = super().post(request, *args, **kwargs)
        return response

    def _send(self) -> None:
        if may_mail_proof_code(self.request.user.pk):
            ProofByCode.begin(self.request)
        else:
            messages.error(self.request, _("We sent several codes to this address already. Use the newest one."))

    def get_form_kwargs(self) -> dict[str, Any]:
        proof = getattr(self, "proof", None)
        return {**super().get_form_kwargs(), "code": proof.code if proof else ""}

    def form_valid(self, form: Form) -> HttpResponse:
        if self.proof is not None:
            self.proof.finish()
        response: HttpResponse = super().form_valid(form)
        return response

    def form_invalid(self, form: Form) -> HttpResponse:
        if self.proof is not None and self.proof.record_invalid_attempt():
            response: HttpResponse = super().form_invalid(form)
            return response
        words = _("Those were three wrong codes, so this code no longer works. Ask for a new one.")
        messages.error(self.request, words)
        return redirect(self.request.get_full_path())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        pending = ProofByCode.pending(self.request)
        return {**context, "pending": pending, "email": getattr(self.request.user, "email", "")}
