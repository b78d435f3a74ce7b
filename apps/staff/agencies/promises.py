"""The form in which a program manager promises owners an answer, and names who helps them to export."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.agencies.policies import grants_in_force
from apps.conversations.policies import WRITERS
from apps.conversations.selectors import promises_of
from apps.conversations.services.promising import HOURS_MOST
from apps.core.forms import RowField, ServiceForm


def _hours(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=HOURS_MOST,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )


class PromisesForm(ServiceForm):
    """Hours from the owner's message on, and a colleague."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    acknowledge_hours = _hours(_("Somebody says that they have it, within (hours)"))
    look_hours = _hours(_("It is being looked into, within (hours)"))
    decide_hours = _hours(_("It is answered, within (hours)"))
    helper = RowField(
        label=_("Helps owners to get video out of a recorder"),
        help_text=_("Owners read the name. Without one, the author of the request helps."),
        queryset=User.objects.filter(is_staff=True, is_active=True),
        to_field_name="public_id",
        required=False,
        empty_label=_("The author of the request"),
    )


def promises_form(agency: Agency, sent: PromisesForm | None = None) -> PromisesForm:
    """The form as it was sent, or with what holds; either way it offers the agency's own people."""
    promises = promises_of(agency)
    initial = {name: getattr(promises, name) for name in ("version", "acknowledge_hours", "look_hours", "decide_hours")}
    initial["helper"] = promises.helper.public_id if promises.helper else None
    form = sent or PromisesForm(initial=initial, auto_id="promises_%s")
    colleagues = grants_in_force().filter(agency=agency, role__in=WRITERS).values("user_id")
    field = form.fields["helper"]
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101
    field.queryset = User.objects.filter(pk__in=colleagues, is_active=True).order_by("name", "pk")
    return form
