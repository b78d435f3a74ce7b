"""What a program manager fills in about the agency itself."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from apps.agencies.training import MONTHS_MOST
from apps.core.forms import ServiceForm


class CaseNumbersForm(ServiceForm):
    """The pattern of case numbers."""

    case_mask = forms.CharField(
        label=gettext_lazy("Pattern of case numbers"),
        help_text=gettext_lazy(
            "# is a digit, @ is a letter, everything else stands as it is. TPD-##-###### takes TPD-26-012345. "
            "Leave it empty to take any number."
        ),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class DetailsForm(ServiceForm):
    """What the agency says of itself."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    ori = forms.CharField(label="ORI", max_length=9, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone"), max_length=64, help_text=gettext_lazy("By its name, like America/New_York.")
    )
    phone = forms.CharField(label=gettext_lazy("Published number"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("Published address"), required=False)


class TrainingMonthsForm(ServiceForm):
    """How long a training holds."""

    training_months = forms.IntegerField(
        label=gettext_lazy("A training holds for (months)"),
        help_text=gettext_lazy(
            "From then on a role without a training that holds gives no rights. Open roles get 30 days to catch up. "
            "Leave it empty to ask for no training."
        ),
        required=False,
        min_value=1,
        max_value=MONTHS_MOST,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )


class SoundForm(ServiceForm):
    """Whether working copies may have sound."""

    sound_in_copies = forms.TypedChoiceField(
        label=gettext_lazy("The sound of a film"),
        choices=(
            ("no", gettext_lazy("is left out")),
            ("yes", gettext_lazy("is left in where the giver said yes")),
        ),
        coerce=lambda said: said == "yes",
        help_text=gettext_lazy(
            "It holds for copies that are made from now on. s. 934.03, F.S., asks for the consent of all who speak in"
            " private: ask your counsel first."
        ),
    )


class RequestLimitsForm(ServiceForm):
    """How wide and long a request may be, in the units that people here read."""

    read = forms.CharField(required=False, widget=forms.HiddenInput, max_length=60)

    acres = forms.IntegerField(
        label=gettext_lazy("Widest area without a warning (acres)"),
        required=False,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )
    hours = forms.IntegerField(
        label=gettext_lazy("Longest window (hours)"),
        required=False,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )
    per_case = forms.IntegerField(
        label=gettext_lazy("Most requests at a time for a case"),
        help_text=gettext_lazy("Those that wait for a supervisor and those that are open. One more is refused."),
        required=False,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )
    per_partner = forms.IntegerField(
        label=gettext_lazy("Most requests to a partner in 30 days"),
        help_text=gettext_lazy(
            "Yours, for all your cases. Partners whom you have asked that often are left out; nobody is told who they"
            " are. A partner's own limit counts besides."
        ),
        required=False,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )
