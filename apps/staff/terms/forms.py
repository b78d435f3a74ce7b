"""Shapes of the program manager's forms. What is right or wrong, the services say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.core.forms import ServiceForm
from apps.terms.states import TermsKind


class StartForm(ServiceForm):
    """Which document gets its next version."""

    kind = forms.ChoiceField(choices=TermsKind.choices)
    request_key = forms.UUIDField(required=False)


class ReadForm(ServiceForm):
    """The version of the row that was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class DraftForm(ReadForm):
    """Summary and text in each language of the portal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, _name in settings.LANGUAGES:
            for field, label, rows in (("summary", _("In short"), 8), ("text", _("The whole text"), 24)):
                area = forms.Textarea(attrs={"rows": rows, "lang": code, "spellcheck": "true"})
                # Kept as typed: what is trimmed and refused is the service's to say.
                self.fields[f"{field}_{code}"] = forms.CharField(label=label, required=False, strip=False, widget=area)

    def words(self, field: str) -> dict[str, str]:
        """What was typed, by language."""
        return {code: self.cleaned_data[f"{field}_{code}"] for code, _name in settings.LANGUAGES}


class PublishForm(ReadForm):
    """Whether the change is material, and from which day it holds."""

    material = forms.TypedChoiceField(
        label=_("What kind of change is it?"),
        choices=[
            (
                "yes",
                _(
                    "Material: it changes what partners agree to. "
                    "Partners who have not accepted it by that day are not asked."
                ),
            ),
            ("no", _("Small: a correction or a clearer word. What partners accepted before stays good.")),
        ],
        coerce=lambda value: value == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    effective_on = forms.DateField(
        label=_("From which day does it hold?"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("Give the day."), "invalid": _("Give a day, for instance 2027-03-01.")},
    )


class WithdrawForm(ReadForm):
    """Why a published version will not take effect."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept in the record. Partners are told that it was withdrawn, not why."),
    )
