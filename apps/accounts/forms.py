"""Fields that sign-up adds to allauth's, and a person's preferences."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.services import update_preferences


def _clean_name(value: str) -> str:
    """One line without control characters: the name stands in mails and on receipts."""
    return " ".join("".join(" " if not char.isprintable() else char for char in value).split())


class SignUpForm(forms.Form):
    """Asks for the name by which the program may address the person."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))

    def clean_name(self) -> str:
        return _clean_name(self.cleaned_data["name"])

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth calls this with the new user."""
        update_preferences(
            user=user,
            name=self.cleaned_data["name"],
            language=getattr(request, "LANGUAGE_CODE", ""),
            time_zone=user.time_zone,
        )


class PreferencesForm(forms.Form):
    """Name, language and time zone of an account."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
        choices = [("", _("The agency's")), *((zone, zone.replace("_", " ")) for zone in zones)]
        self.fields["time_zone"] = forms.ChoiceField(label=_("Time zone"), required=False, choices=choices)

    def clean_name(self) -> str:
        return _clean_name(self.cleaned_data["name"])
