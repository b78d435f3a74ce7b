"""Shapes of what staff enter on an item's page."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import ServiceForm
from apps.evidence.services.holds import AUTHORITY_MAX, ORDERED_BY_MAX, REASON_MAX


class HoldForm(ServiceForm):
    """Who demands that an item is kept, and why."""

    authority = forms.CharField(
        label=_("Who demands it?"),
        help_text=_("A court, a prosecutor or a records request, with its number."),
        max_length=AUTHORITY_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    ordered_by = forms.CharField(
        label=_("Which person there ordered it?"),
        max_length=ORDERED_BY_MAX,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Why is it kept?"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )
    review_on = forms.DateField(
        label=_("Look again on"),
        help_text=_("You get a letter on that day. The hold does not end by itself."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class HoldAgainForm(ServiceForm):
    """The hold is still needed; when somebody looks again."""

    review_on = forms.DateField(
        label=_("Look again on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(
        label=_("Who said that it is still needed?"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )


class LiftForm(ServiceForm):
    """Why a hold ends."""

    reason = forms.CharField(
        label=_("Why does the hold end?"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )


class RestrictForm(ServiceForm):
    """Why an item is hidden from all but cleared colleagues."""

    reason = forms.CharField(
        label=_("Why is it restricted?"),
        help_text=_("Cleared colleagues read this. Leave out names."),
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UnrestrictForm(ServiceForm):
    """Why a restriction ends."""

    reason = forms.CharField(
        label=_("Why does the restriction end?"), max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReturnForm(ServiceForm):
    """Why an item is returned; its owner reads this."""

    reason = forms.CharField(
        label=_("Why do you return it?"),
        help_text=_("The owner reads this. Leave out names and details of the case."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
