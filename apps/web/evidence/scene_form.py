"""The form in which somebody signs on an officer's screen."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import ServiceForm
from apps.evidence.handover_signature import NAME_MAX, Signature, Way, signature_from


class SignForm(ServiceForm):
    """Name, and a signature: drawn, typed or on paper."""

    name = forms.CharField(
        label=_("Your name"), max_length=NAME_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    way = forms.ChoiceField(
        label=_("How do you sign?"), choices=Way.choices, initial=Way.DRAWN, widget=forms.RadioSelect
    )
    strokes = forms.CharField(required=False, widget=forms.HiddenInput)

    def signature(self) -> Signature:
        """What was signed. Raises InvalidInput that names the field."""
        data = self.cleaned_data
        return signature_from(name=data["name"], way=data["way"], strokes=data["strokes"])
