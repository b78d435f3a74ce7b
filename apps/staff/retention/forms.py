"""Shape of an agency's rules of retention: a row for each rule, and some empty rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.forms import ServiceForm
from apps.evidence.states import Triage
from apps.footage_requests.incident_types import incident_choices
from apps.footage_requests.states import Outcome
from apps.retention.models import RetentionSchedule
from apps.retention.services.scheduling import MOST, REASON_MAX, SERIES_MAX, TITLE_MAX, Given
from apps.retention.states import Basis

SPARE = 3
NAMES = ("title", "series", "days", "basis", "triage", "outcome", "incident_type")


class ReasonForm(ServiceForm):
    """Why, in a sentence."""

    reason = forms.CharField(
        label=_("Why?"), max_length=REASON_MAX, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ScheduleForm(ServiceForm):
    """The rows of a schedule, why it changes, and which version was read."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST + SPARE)
    reason = forms.CharField(
        label=_("What changes, and who approved it?"),
        max_length=REASON_MAX,
        help_text=_("Everybody who reads the rules reads this."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, agency: Agency, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        kinds = [("", _("any")), *((code, capfirst(name)) for code, name in incident_choices(agency))]
        try:
            self.row_count = min(max(int(self["rows"].value() or 0), 0), MOST + SPARE)
        except ValueError:
            self.row_count = 0
        for row in range(self.row_count):
            self._add_row(row, kinds)

    def _add_row(self, row: int, kinds: list[tuple[str, Any]]) -> None:
        text = {"autocomplete": "off"}
        self.fields[f"title_{row}"] = forms.CharField(
            label=_("Class of items"), max_length=TITLE_MAX, required=False, widget=forms.TextInput(attrs=text)
        )
        self.fields[f"series_{row}"] = forms.CharField(
            label=_("Item of the schedule"), max_length=SERIES_MAX, required=False, widget=forms.TextInput(attrs=text)
        )
        self.fields[f"days_{row}"] = forms.IntegerField(
            label=_("Days"), required=False, widget=forms.NumberInput(attrs={"min": 1, "inputmode": "numeric"})
        )
        for name, label, choices in (
            ("basis", _("Counted from when"), Basis.choices),
            ("triage", _("Triage"), _any(Triage.choices)),
            ("outcome", _("Outcome of the request"), _any(Outcome.choices)),
            ("incident_type", _("Kind of incident"), kinds),
        ):
            self.fields[f"{name}_{row}"] = forms.ChoiceField(label=label, choices=choices, required=False)

    def lines(self) -> list[list[BoundField]]:
        """The fields by row."""
        return [[self[f"{name}_{row}"] for name in NAMES] for row in range(self.row_count)]

    def given(self) -> list[Given]:
        """What the service takes, of a valid form."""
        said = self.cleaned_data
        return [
            Given(
                title=said[f"title_{row}"],
                series=said[f"series_{row}"],
                days=said[f"days_{row}"],
                triage=said[f"triage_{row}"],
                outcome=said[f"outcome_{row}"],
                incident_type=said[f"incident_type_{row}"],
                basis=said[f"basis_{row}"] or Basis.RECEIVED,
            )
            for row in range(self.row_count)
        ]


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("any")), *choices]


def first_values(present: RetentionSchedule | None) -> dict[str, Any]:
    """What the form starts with: the rules in force, and some empty rows."""
    rules = list(present.rules.all()) if present else []
    values: dict[str, Any] = {"number": present.number if present else 0, "rows": min(len(rules), MOST) + SPARE}
    for row, rule in enumerate(rules):
        values |= {f"{name}_{row}": getattr(rule, name) for name in NAMES}
    return values
