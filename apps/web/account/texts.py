"""The page on which a person turns text messages on, with proof, and off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.core.errors import InvalidInput, PortalError
from apps.core.forms import ServiceForm
from apps.texting.selectors import texting_of, texts_are_sent
from apps.texting.services import ask_for_texts, confirm_texts, consent_words, stop_texts
from apps.web.decorators import public_person


class NumberForm(ServiceForm):
    """The number, and the tick beside the words that are kept."""

    number = forms.CharField(
        label=gettext_lazy("Mobile number"),
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    agreed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = consent_words()


class CodeForm(ServiceForm):
    """The code that came to the number."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def texts(request: HttpRequest) -> HttpResponse:
    """Where it stands, and the number."""
    user = _person(request)
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_texts(
                user=user,
                page=request.path,
                language=translation.get_language() or "",
                actor=actor_for(user),
                **form.cleaned_data,
            )
        except InvalidInput as error:
            form.refuse(error)
        except PortalError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("web:texts")
    return _page(request, user, form, CodeForm())


@login_required
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The code came back."""
    user = _person(request)
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            confirm_texts(user=user, actor=actor_for(user), **form.cleaned_data)
        except InvalidInput as error:
            form.refuse(error)
        except PortalError as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("You get text messages now."))
            return redirect("web:texts")
    return _page(request, user, NumberForm(), form)


@login_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """One tap ends them."""
    user = _person(request)
    try:
        stop_texts(user=user, actor=actor_for(user))
        messages.success(request, _("You get no more text messages."))
    except PortalError as refusal:
        messages.error(request, str(refusal.message))
    return redirect("web:texts")


def _person(request: HttpRequest) -> User:
    user = public_person(request)
    if not texts_are_sent():
        raise Http404
    return user


def _page(request: HttpRequest, user: User, form: NumberForm, code_form: CodeForm) -> HttpResponse:
    context = {"nav": "account", "form": form, "code_form": code_form, "consent": texting_of(user)}
    wrong = bool(form.errors or code_form.errors)
    return render(request, "web/account/texts.html", context, status=422 if wrong else 200)
