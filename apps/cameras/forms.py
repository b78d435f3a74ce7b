"""Shapes of what program managers enter on a registration's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReviewPurposeForm(forms.Form):
    """Why somebody looks at registrations."""

    reason = forms.CharField(
        label=_("Why do you review this registration?"),
        help_text=_("One sentence. It is kept with the record of each place that you look at."),
        min_length=5,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DecisionForm(forms.Form):
    """A decision about the version of the registration that was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonedDecisionForm(DecisionForm):
    """A decision that the registrant reads a reason for."""

    reason = forms.CharField(
        label=_("What should the registrant know?"),
        help_text=_("This goes into the message, word for word."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
