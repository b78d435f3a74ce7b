"""Shapes of what staff enter on an item's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import ServiceForm


class ReturnForm(ServiceForm):
    """Why an item is returned; its owner reads this."""

    reason = forms.CharField(
        label=_("Why do you return it?"),
        help_text=_("The owner reads this. Leave out names and details of the case."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
