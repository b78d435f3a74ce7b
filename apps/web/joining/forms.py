"""Shapes of the forms for joining and leaving."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.agencies.fields import AgencyField
from apps.agencies.models import Agency
from apps.core.forms import KeyedForm, ServiceForm
from apps.partners.models import PartnerKind


class JoinForm(KeyedForm):
    kind = forms.ChoiceField(
        label=_("You register for"),
        choices=[
            (PartnerKind.RESIDENT, _("My home")),
            (PartnerKind.BUSINESS, _("A business")),
            (PartnerKind.ASSOCIATION, _("A neighborhood or other association")),
        ],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=150,
        help_text=_("Yours, or the name of the business or association."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agencies = AgencyField(
        label=_("Who may ask you for video?"),
        queryset=Agency.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only these can send you a request. You can change this at any time."),
        error_messages={"required": _("Choose at least one. Nobody else can ask you.")},
    )


class LeaveForm(ServiceForm):
    sure = forms.BooleanField(
        label=_("Yes, I want to leave the program."),
        error_messages={"required": _("Tick this if you are sure.")},
    )
