"""The form that makes a key for programs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import PERSON_SCOPES, KeyScope
from apps.core.forms import ServiceForm

_NO_END = ""


def _days(value: str) -> int | None:
    return int(value) if value else None


class KeyForm(ServiceForm):
    """What uses the key, what it may do, how long it works."""

    name = forms.CharField(
        label=_("Name"), max_length=60, help_text=_("What uses the key, for example: recorder in the shop")
    )
    scope = forms.ChoiceField(
        label=_("What it may do"),
        choices=[(one.value, one.label) for one in PERSON_SCOPES],
        widget=forms.RadioSelect,
        initial=KeyScope.READ,
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        choices=[("90", _("90 days")), ("365", _("one year")), (_NO_END, _("until you revoke it"))],
        coerce=_days,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        initial="365",
    )
