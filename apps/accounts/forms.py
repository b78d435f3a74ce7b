"""What signing in asks, and a person's preferences."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache
from html import escape
from typing import Any

from allauth.account.fields import EmailField
from allauth.account.forms import ResetPasswordForm
from allauth.core import context
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts import code_budget
from apps.accounts.limits import try_again
from apps.accounts.mailboxes import user_of_mailbox
from apps.accounts.models import normalize_email


def one_line(value: str) -> str:
    """One line without control characters: the name stands in mails and on receipts."""
    return " ".join("".join(" " if not char.isprintable() else char for char in value).split())


class CodeRequestForm(forms.Form):
    """The address to which a code goes. It is valid for every address that mail could reach."""

    email = EmailField(
        label=_("Your e-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "autocapitalize": "none"}),
    )

    def clean_email(self) -> str:
        email = normalize_email(self.cleaned_data["email"])
        _refuse_if(code_budget.wait_for_code(context.request, email))
        self.user = user_of_mailbox(email)
        return email


def _refuse_if(seconds: float | None) -> None:
    if seconds is not None:
        words = gettext("Many codes were asked for from here.")
        raise forms.ValidationError(f"{words} {try_again(seconds)}", code="rate_limited")


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    """allauth's, with the look-up of the other forms. A closed account is answered like an unknown address."""

    def clean_email(self) -> str:
        email = normalize_email(self.cleaned_data["email"])
        _refuse_if(code_budget.wait_for_reset(context.request, email))
        user = user_of_mailbox(email)
        # Staff without a second factor set up their account with their manager's code: the mailbox alone is not enough.
        factors = Authenticator.objects.filter(user_id=user.pk if user else 0)
        ready = factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        may = user is not None and user.is_active and (ready or not user.is_staff)
        self.users = [user] if may else []
        return email


@lru_cache(maxsize=1)
def _zones() -> list[str]:
    """The zones of places, by name; finding them reads some hundred files."""
    return sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))


def _escaped(value: Any) -> str:
    """As `conditional_escape`, without the wrapper that asks each of a thousand texts whether it is translated."""
    text = str(value)
    return text if hasattr(text, "__html__") else escape(text)


class LongSelect(forms.Select):
    """A list of hundreds without groups. Django renders a template for each option, some 100 ms for the time zones."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """The same list as Django's, put together without templates."""
        chosen = set(self.format_value(value))
        options = "\n".join(
            f'<option value="{_escaped(key)}"{" selected" if str(key) in chosen else ""}>{_escaped(words)}</option>'
            for key, words in self.choices
        )
        own = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", own, mark_safe(options))  # noqa: S308  # escaped above


class PreferencesForm(forms.Form):
    """Name, language and time zone of an account."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("The agency's")), *((zone, zone.replace("_", " ")) for zone in _zones())]
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), required=False, choices=choices, widget=LongSelect
        )

    def clean_name(self) -> str:
        return one_line(self.cleaned_data["name"])
