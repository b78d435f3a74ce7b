"""Asking who is at the desk once more, without losing what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.second_factor_forms import ProveSecondFactor
from apps.accounts.staff_session import Why, touch
from apps.accounts.staff_sso import login_url, provider_of, signs_in_elsewhere
from apps.core.problems import wants_json

FIELDS = ("proof_password", "proof_code")
_KEPT_MOST = 200


class ProofForm(forms.Form):
    """Password and second factor, each where the account has one. Wrong ones count as at the sign-in (CJIS AC-7)."""

    proof_password = forms.CharField(
        label=gettext_lazy("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    proof_code = forms.CharField(
        label=gettext_lazy("Code from your authenticator app"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        max_length=64,
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, cast(User, request.user)
        self._second: forms.Form | None = None
        if not self.user.has_usable_password() or signs_in_elsewhere(self.user):
            del self.fields["proof_password"]
        if not self._has_codes():
            # Without a code there is nothing that this form could prove: a passkey or the provider does.
            self.fields.clear()

    def _has_codes(self) -> bool:
        """This session gave one, or else the account has an app: the first costs no query on each page."""
        coded = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
        records = get_authentication_records(self.request, self.user)
        if any(record.get("type") in coded for record in records):
            return True
        return bool(Authenticator.objects.filter(user=self.user, type__in=coded).exists())

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors:
            return data
        if not self.fields:
            raise forms.ValidationError(_("Please use one of the ways below."))
        if "proof_password" in self.fields:
            known = get_adapter().authenticate(self.request, email=self.user.email, password=data["proof_password"])
            if known is None or known.pk != self.user.pk:
                self.add_error("proof_password", _("This is not the right password."))
                return data
        # The code only after the right password: one wrong try is one failure.
        self._second = ProveSecondFactor(user=self.user, data={"code": data["proof_code"]})
        for sentence in self._second.errors.get("code", []):
            self.add_error("proof_code", sentence)
        return data

    def record(self) -> None:
        """This session has proved itself now."""
        if "proof_password" in self.fields:
            reauthenticate_by_password(self.request)
        cast(Any, self._second).save()
        self.request.session.pop("staff_lock_noted", None)
        touch(self.request)


def other_ways(request: HttpRequest, following: str) -> list[dict[str, Any]]:
    """Links to the proofs that a form cannot take: a passkey, and the agency's own sign-in."""
    user = cast(User, request.user)
    ways: list[dict[str, Any]] = []
    query = urlencode({"next": following})
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists():
        with suppress(NoReverseMatch):  # passkeys are a setting
            ways.append({"url": f"{reverse('mfa_reauthenticate_webauthn')}?{query}", "label": _("Use a passkey")})
    provider = provider_of(user)
    if provider is not None:
        label = _("Sign in at %(agency)s") % {"agency": provider["name"]}
        again = urlencode({"process": "redirect", "next": following, "auth_params": "prompt=login&max_age=0"})
        ways.append({"url": f"{login_url(provider)}?{again}", "label": label, "post": True})
    return ways


def proved_with_it(request: HttpRequest) -> bool | ProofForm:
    """Whether the form that was sent brought the proof along; else the form with what was wrong in it."""
    if request.method != "POST" or not any(name in request.POST for name in FIELDS):
        return False
    form = ProofForm(request.POST, request=request)
    if not form.is_valid():
        return form
    form.record()
    return True


def ask_for_proof(request: HttpRequest, why: Why, form: ProofForm | None = None) -> HttpResponse:
    """Ask once more, and keep what was sent.

    A page that was asked for comes back after the proof. A form that was sent is neither done nor lost: the answer
    holds its fields again, hidden, and sends them to the same address together with the proof. Nothing is stored.
    """
    if wants_json(request):
        return JsonResponse({"detail": str(why.label), "code": "session_locked", "why": why.value}, status=403)
    if request.method != "POST":
        return redirect(f"{reverse('staff:locked')}?{urlencode({'next': request.get_full_path()})}")
    kept = list(_kept(request))
    context = {
        "why": why,
        "form": form or ProofForm(request=request),
        "kept": kept,
        "files_lost": bool(request.FILES),
        "action": request.get_full_path(),
        "ways": other_ways(request, reverse("web:start")),
        "idle_minutes": settings.STAFF_IDLE_MINUTES,
    }
    response = TemplateResponse(request, "staff/prove.html", context, status=403)
    response["Cache-Control"] = "no-store"
    return response


def _kept(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in list(request.POST.lists())[:_KEPT_MOST]:
        if name not in FIELDS and name != "csrfmiddlewaretoken":
            for value in values:
                yield name, str(value)
