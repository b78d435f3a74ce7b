"""Shapes of what recipients outside enter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import KeyedForm, ServiceForm
from apps.evidence.models import EvidenceItem
from apps.sharing.models import CourtState
from apps.sharing.services.passing_on import REASON_MAX, WHOM_MAX


class CodeForm(ServiceForm):
    """The six digits from the mail."""

    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class CourtForm(KeyedForm):
    """How the case stands in court."""

    state = forms.ChoiceField(label=_("How does the case stand?"), choices=[("", _("Choose one")), *CourtState.choices])


class PassedOnForm(KeyedForm):
    """To whom a copy went, and why."""

    item = forms.ChoiceField(label=_("Which video?"), required=False)
    whom = forms.CharField(
        label=_("To whom?"), max_length=WHOM_MAX, help_text=_("A person or an office, for instance an expert.")
    )
    reason = forms.CharField(label=_("What for?"), max_length=REASON_MAX)

    def __init__(self, *args: Any, offered: list[EvidenceItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = [("", _("All that was shared"))]
        self.fields["item"].choices = every + [(str(one.public_id), one.filename) for one in offered]  # type: ignore[attr-defined]
