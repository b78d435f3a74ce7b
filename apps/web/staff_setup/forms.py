"""What a new colleague types in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import ServiceForm


class SetUpForm(ServiceForm):
    """The code that the manager handed over, and a password."""

    code = forms.CharField(
        label=_("Code from your program manager"),
        help_text=_("Eight digits. They are in no mail: your program manager tells you in person or by phone."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 15 characters. Several words in a row are easy to remember and hard to guess."),
        max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
