"""Shape of what is entered about a call."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.case_numbers import hint_for
from apps.agencies.fields import offer_agencies
from apps.agencies.models import Agency
from apps.calls.models import PRIORITIES, Call
from apps.core.forms import RowField, ServiceForm
from apps.footage_requests.incident_types import incident_choices


def _degrees(label: Any) -> forms.FloatField:
    attrs = {"step": "any", "inputmode": "decimal", "autocomplete": "off"}
    return forms.FloatField(label=label, required=False, widget=forms.NumberInput(attrs=attrs))


class CallForm(ServiceForm):
    """A call that somebody enters by hand. It came in just now unless minutes are given."""

    agency = RowField(label=_("Agency"), queryset=Agency.objects.none(), to_field_name="public_id")
    number = forms.CharField(
        label=_("Call number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    nature = forms.CharField(
        label=_("What happened"), max_length=80, help_text=_("In a few words, for instance: robbery in progress.")
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        help_text=_("1 is the most urgent, 9 the least."),
        choices=[(one, str(one)) for one in range(PRIORITIES[0], PRIORITIES[1] + 1)],
        coerce=int,
        initial=3,
    )
    address = forms.CharField(
        label=_("Address or corner"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    latitude, longitude = _degrees(_("Latitude")), _degrees(_("Longitude"))
    minutes_ago = forms.IntegerField(
        label=_("Minutes since the call came in"), min_value=0, max_value=24 * 60, initial=0, required=False
    )

    def __init__(self, data: Any = None, *, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        offer_agencies(self.fields["agency"], agencies)


class PrepareForm(ServiceForm):
    """Who writes the request for footage, for which case."""

    author = RowField(label=_("Detective"), queryset=User.objects.none(), to_field_name="public_id")
    case_number = forms.CharField(
        label=_("Case number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    incident_type = forms.ChoiceField(label=_("Kind of incident"))
    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)

    def __init__(self, data: Any = None, *, call: Call, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["author"].queryset = people  # type: ignore[attr-defined]
        kinds = [(code, capfirst(name)) for code, name in incident_choices(call.agency)]
        self.fields["incident_type"].choices = [("", _("Choose one")), *kinds]  # type: ignore[attr-defined]
        self.fields["case_number"].initial = call.case_number
        self.fields["case_number"].help_text = hint_for([call.agency])
