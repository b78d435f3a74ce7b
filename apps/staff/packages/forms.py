"""Shapes of what staff enter about an export."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import KeyedForm, ServiceForm
from apps.disclosure.services.export_asking import REASON_MAX, RECIPIENT_MAX
from apps.evidence.models import EvidenceItem
from apps.staff.redaction.choosing import CopiesField


class RequestForm(KeyedForm):
    """Which files of the case, in which form, for whom and what for."""

    items = forms.TypedMultipleChoiceField(label=_("Files"), widget=forms.CheckboxSelectMultiple)
    redacted = CopiesField()
    originals = forms.BooleanField(
        label=_("Originals"),
        help_text=_("The files as their owners sent them, with sound. A court needs these."),
        required=False,
        initial=True,
    )
    working_copies = forms.BooleanField(
        label=_("Working copies"),
        help_text=_("Copies that play in every browser. They have sound only where their page says so."),
        required=False,
        initial=True,
    )
    places = forms.BooleanField(
        label=_("Where the cameras are"),
        help_text=_("Confidential: s. 119.071(3)(a), F.S. Needs a second person, and counts as opening these places."),
        required=False,
    )
    recipient = forms.CharField(
        label=_("For whom?"),
        help_text=_("A person or an office, as the package will name it."),
        max_length=RECIPIENT_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("What for?"),
        help_text=_("One sentence. The recipient reads it as well."),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, offered: list[EvidenceItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.fields["items"].choices = [(str(one.public_id), one.filename) for one in offered]  # type: ignore[attr-defined]
        self.fields["redacted"].offer(offered)  # type: ignore[attr-defined]


class RefuseForm(ServiceForm):
    """Why the second person refuses."""

    reason = forms.CharField(
        label=_("Why do you refuse?"),
        help_text=_("Who asked reads this."),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
