"""What the doors ask, and a person's preferences."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache
from typing import Any

from allauth.account.fields import EmailField
from allauth.account.forms import ResetPasswordForm
from allauth.core import context, ratelimit
from django import forms
from django.conf import settings
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.limits import seconds_left, try_again
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
        if not ratelimit.consume(context.request, action="request_login_code", key=email):
            left = seconds_left(context.request, "allauth.account", "request_login_code", email)
            raise forms.ValidationError(_too_many_codes(left), code="rate_limited")
        self.user = user_of_mailbox(email)
        return email


def _too_many_codes(seconds: float) -> str:
    words = gettext("We sent several codes to this address already. Use the newest one.")
    return f"{words} {try_again(seconds)}"


class ForgottenPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    """allauth's, with the look-up of the other doors. A closed account is answered like an unknown address."""

    def clean_email(self) -> str:
        email = normalize_email(self.cleaned_data["email"])
        user = user_of_mailbox(email)
        self.users = [user] if user is not None and user.is_active else []
        return email


@lru_cache(maxsize=1)
def _zones() -> list[str]:
    """The zones of places, by name; finding them reads some hundred files."""
    return sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))


class LongSelect(forms.Select):
    """A list of hundreds without groups. Django renders a template for each option, some 100 ms for the time zones."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        """The same list as Django's, put together without templates."""
        chosen = set(self.format_value(value))
        rows = ((key, flatatt({"selected": str(key) in chosen}), words) for key, words in self.choices)
        options = format_html_join("\n", '<option value="{}"{}>{}</option>', rows)
        own = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", own, options)


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
