"""Shapes of what is entered about a grant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.agreements.models import Agreement
from apps.core.forms import KeyedForm, RowField, ServiceForm
from apps.evidence.models import EvidenceItem
from apps.sharing.services.giving import REASON_MAX, RECIPIENT_MAX
from apps.staff.redaction.choosing import CopiesField


def _last_day() -> forms.DateField:
    return forms.DateField(
        label=_("Last day"),
        help_text=_("In your agency's time zone. It ends with its agreement, if that ends earlier."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class OneAgreement(RowField):
    """An agreement by who sees what it shares."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.recipient} · {obj.title}"


class GiveForm(KeyedForm):
    """Which videos of the case, under which agreement, how, and until when."""

    agreement = OneAgreement(
        label=_("With whom, under which agreement?"),
        queryset=Agreement.objects.none(),
        to_field_name="public_id",
        empty_label=_("Choose one"),
    )
    recipient = forms.CharField(
        label=_("Person at the office"),
        help_text=_("Only for an office outside. Staff of an agency here sign in."),
        max_length=RECIPIENT_MAX,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    address = forms.EmailField(
        label=_("E-mail of this person"),
        help_text=_("The link goes there, and a code each time the person comes in."),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    items = forms.TypedMultipleChoiceField(
        label=_("Videos"), widget=forms.CheckboxSelectMultiple, required=False, coerce=str
    )
    redacted = CopiesField()
    later_items = forms.BooleanField(
        label=_("Later videos of the case too"),
        help_text=_("A live folder: what is accepted as evidence later is shared as well, if the agreement covers it."),
        required=False,
    )
    downloads = forms.BooleanField(
        label=_("They may save copies"), help_text=_("Otherwise they only watch."), required=False
    )
    originals = forms.BooleanField(
        label=_("Also originals"), help_text=_("With sound, as their owners sent them."), required=False
    )
    last_day = _last_day()
    reason = forms.CharField(
        label=_("What for?"),
        help_text=_("One sentence. The recipient reads it as well."),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, offered: list[EvidenceItem], agreements: list[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.fields["items"].choices = [(str(one.public_id), one.filename) for one in offered]  # type: ignore[attr-defined]
        self.fields["redacted"].offer(offered)  # type: ignore[attr-defined]
        found = Agreement.objects.filter(pk__in=[one.pk for one in agreements]).select_related("to_agency")
        self.fields["agreement"].queryset = found  # type: ignore[attr-defined]


class RevokeForm(ServiceForm):
    """Why it ends now."""

    reason = forms.CharField(
        label=_("Why does it end now?"), max_length=REASON_MAX, help_text=_("Kept with the grant.")
    )


class LongerForm(ServiceForm):
    """Until when it goes on."""

    last_day = _last_day()
