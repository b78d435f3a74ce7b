"""What a program manager fills in about a colleague's account."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.core.forms import RowField, ServiceForm


class _InAgency(ServiceForm):
    """The agency is asked for only where the person manages several."""

    def __init__(self, *args: Any, agencies: QuerySet[Agency], only_managers: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if only_managers:
            cast(forms.ChoiceField, self.fields["role"]).choices = [(Role.PROGRAM_MANAGER, Role.PROGRAM_MANAGER.label)]
        field = RowField(queryset=agencies, to_field_name="public_id", label=_("Agency"), empty_label=None)
        self.fields["agency"] = field


class OpenAccountForm(_InAgency):
    """A colleague who has no staff account yet, or none here."""

    email = forms.EmailField(
        label=_("E-mail at the agency"),
        help_text=_("The invitation goes there. A private account keeps its own address."),
        max_length=254,
    )
    name = forms.CharField(label=_("Name"), max_length=150)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class GrantForm(_InAgency):
    """One more role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class TrainingForm(ServiceForm):
    """Which training a colleague had for a role, and when."""

    training = forms.CharField(
        label=_("Training"), max_length=120, help_text=_("Its name, like: CJIS security awareness, level 2.")
    )
    held_on = forms.DateField(
        label=_("Held on"), widget=forms.DateInput(attrs={"type": "date", "class": "input-short"}, format="%Y-%m-%d")
    )


class ReasonForm(ServiceForm):
    """Why a role is taken, or an account released."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("It is recorded.")
    )


class BadgeForm(ServiceForm):
    """The number on a colleague's badge."""

    badge = forms.CharField(
        label=_("Badge number"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": 30}),
        help_text=_("Letters, digits and hyphens, at most 12. Empty: no badge number."),
    )


class EndForm(_InAgency, ReasonForm):
    """Why somebody's account ends."""


class AddressForm(_InAgency, ReasonForm):
    """A colleague's new address. It changes when a second person confirms it."""

    address = forms.EmailField(
        label=_("New e-mail at the agency"),
        help_text=_("Ask the person face to face or by phone, not by mail. The present address is told."),
        max_length=254,
    )
    field_order = ("address", "agency", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(self.field_order)


class ManagerForm(ReasonForm):
    """Who is to be program manager of an agency that has none at work."""

    field_order = ("person", "reason")

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = RowField(
            queryset=people, to_field_name="public_id", label=_("Colleague"), empty_label=None
        )
        self.order_fields(self.field_order)
