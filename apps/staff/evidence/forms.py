"""Shapes of what staff enter on an item's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class PurposeForm(forms.Form):
    """Why somebody needs to look at this footage. The case is the item's own; a custodian may name a records duty."""

    reason = forms.CharField(
        label=_("Why do you need to look?"),
        help_text=_("One sentence. It is kept with the record of this view."),
        min_length=5,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    records_duty = forms.BooleanField(
        label=_("This is a records duty, not work on the case"),
        required=False,
    )


class GiverForm(forms.Form):
    """Which records duty needs the name of a person whose account was erased. A reason to see footage is not one."""

    reason = forms.CharField(
        label=_("Which records duty is this for?"),
        help_text=_("One sentence. It is kept with the record of this look."),
        min_length=5,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "id": "giver_reason"}),
    )


class ReturnForm(forms.Form):
    """Why an item is returned; its owner reads this."""

    reason = forms.CharField(
        label=_("Why do you return it?"),
        help_text=_("The owner reads this. Leave out names and details of the case."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
