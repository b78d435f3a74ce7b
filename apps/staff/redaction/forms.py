"""Shape of what is typed around a redaction; the boxes come as one document from the page's script."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import KeyedForm, ServiceForm
from apps.redaction.services.drawing import TITLE_MAX
from apps.redaction.services.reading import WORDS_MAX


class StartForm(KeyedForm):
    """A new redaction."""

    title = forms.CharField(
        label=_("For whom, or for what"),
        help_text=_("So that colleagues tell it from others. For example: records request of a newspaper."),
        max_length=TITLE_MAX,
    )
    keeps_sound = forms.BooleanField(label=_("Keep the sound, except where it is muted"), required=False)


class VersionForm(ServiceForm):
    """Which version of a redaction somebody saw."""

    version = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-version": ""}))


class AsideForm(VersionForm):
    """Why it is not needed."""

    reason = forms.CharField(
        label=_("Why it is not needed"),
        max_length=WORDS_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReturnRedactionForm(VersionForm):
    """Why it goes back to its author."""

    reason = forms.CharField(
        label=_("What is missing or too much"),
        max_length=WORDS_MAX,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
