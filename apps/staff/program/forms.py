"""What a program manager fills in about a measure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import KeyedForm
from apps.program.measures import Measure, Unit

_UNITS = {Unit.COUNT: _("Target"), Unit.PERCENT: _("Target, in percent"), Unit.HOURS: _("Target, in hours")}


class TargetForm(KeyedForm):
    """A target, its day and its reason. `read` is the number of the target that the page showed."""

    value = forms.FloatField(label=_("Target"), min_value=0, widget=forms.NumberInput(attrs={"step": "any"}))
    due_on = forms.DateField(label=_("To be reached by"), widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Why this number and this day. Everybody who reads the dashboard reads it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    read = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, measure: Measure, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = _UNITS[measure.unit]


class EndTargetForm(KeyedForm):
    """Why there is no target any more."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    read = forms.IntegerField(widget=forms.HiddenInput)
