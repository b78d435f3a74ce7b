"""The page of an agency's kinds of incident: the list as a form, and what owners would read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.forms import ServiceForm
from apps.core.languages import in_language
from apps.footage_requests.incident_types import (
    CODE_MAX,
    MOST,
    NAME_MAX,
    Given,
    IncidentType,
    checked_types,
    present_types,
)
from apps.footage_requests.mails import INVITATION, Writer
from apps.staff.agencies.letterhead import example_request
from apps.staff.agencies.list_rows import count_of_rows, place_field

SPARE = 3  # empty rows at the end


class IncidentTypesForm(ServiceForm):
    """A row for each kind: its place, its name in each language, whether it is in use; and some empty rows."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST + SPARE)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.row_count = count_of_rows(self["rows"].value(), MOST + SPARE)
        for row in range(self.row_count):
            self.fields[f"code_{row}"] = forms.CharField(max_length=CODE_MAX, required=False, widget=forms.HiddenInput)
            self.fields[f"place_{row}"] = place_field()
            for language, name in settings.LANGUAGES:
                attrs = {"lang": language, "autocomplete": "off"}
                self.fields[f"{language}_{row}"] = forms.CharField(
                    label=name, max_length=NAME_MAX, required=False, widget=forms.TextInput(attrs=attrs)
                )
            self.fields[f"urgent_{row}"] = forms.BooleanField(label=_("Urgent"), required=False)
            self.fields[f"in_use_{row}"] = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def lines(self) -> list[dict[str, Any]]:
        """For the page, by row: its code, and its fields in their order."""
        return [{"code": self[f"code_{row}"], "fields": self._fields(row)} for row in range(self.row_count)]

    def _fields(self, row: int) -> list[BoundField]:
        names = [f"{language}_{row}" for language, _name in settings.LANGUAGES]
        return [self[name] for name in (*names, f"place_{row}", f"urgent_{row}", f"in_use_{row}")]


def given_in(said: Mapping[str, Any]) -> list[Given]:
    """What the service takes, from the values of a valid form."""
    return [
        Given(
            code=said[f"code_{row}"],
            names={language: said[f"{language}_{row}"] for language, _name in settings.LANGUAGES},
            retired=not said[f"in_use_{row}"],
            urgent=said[f"urgent_{row}"],
            place=said[f"place_{row}"],
        )
        for row in range(said["rows"])
    ]


def initial_of_list(agency: Agency) -> dict[str, Any]:
    """The agency's present list as the form shows it, in steps of ten so that something fits between."""
    number, types = present_types(agency)
    shown: dict[str, Any] = {"number": number, "rows": min(len(types), MOST) + SPARE}
    for row, one in enumerate(types):
        shown |= {f"code_{row}": one["code"], f"place_{row}": (row + 1) * 10, f"in_use_{row}": not one["retired"]}
        shown[f"urgent_{row}"] = one["urgent"]
        shown |= {f"{language}_{row}": name for language, name in one["names"].items()}
    return shown


def merged_list(agency: Agency, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, for the list that is in force now: kinds that a colleague added since stand at its end."""
    number, types = present_types(agency)
    rows = count_of_rows(typed.get("rows"), MOST + SPARE)
    known = {str(typed.get(f"code_{row}", "")) for row in range(rows)}
    merged = {**typed, "number": number}
    for one in types:
        if one["code"] not in known and rows < MOST + SPARE:
            merged |= {f"code_{rows}": one["code"], f"place_{rows}": ""}
            merged |= {f"{language}_{rows}": name for language, name in one["names"].items()}
            ticked = {f"in_use_{rows}": not one["retired"], f"urgent_{rows}": one["urgent"]}
            merged |= {name: "on" for name, yes in ticked.items() if yes}
            rows += 1
    return {**merged, "rows": rows}


def list_beside(agency: Agency) -> dict[str, Any]:
    """The list that is in force, for the page beside the form."""
    number, types = present_types(agency)
    return {
        "list_number": number,
        "in_force": [{"names": _by_language(one), "retired": one["retired"], "urgent": one["urgent"]} for one in types],
    }


def preview_of_given(agency: Agency, said: Mapping[str, Any]) -> dict[str, Any]:
    """What owners would read with the list of a valid form. Raises InvalidInput as the service does."""
    _number, present = present_types(agency)
    return preview_of_list(agency, checked_types(given_in(said), present=present), present)


def preview_of_list(agency: Agency, types: list[IncidentType], present: list[IncidentType]) -> dict[str, Any]:
    """What the list would change, the line of each kind in letters, and one whole letter in each language."""
    before = {one["code"]: one for one in present}
    offered = [one for one in types if not one["retired"]]
    changed = [one for one in offered if before.get(one["code"], {}) != one]
    shown = (changed or offered)[0]
    return {
        "same": types == present,
        "offered": [
            {"names": _by_language(one), "is_new": one["code"] not in before, "urgent": one["urgent"]}
            for one in offered
        ],
        "retired": [in_language(one["names"]) for one in types if one["retired"]],
        "letters": [
            {"language": name, "code": code, "text": _letter(agency, shown, code)} for code, name in settings.LANGUAGES
        ],
    }


def _by_language(one: IncidentType) -> list[dict[str, str]]:
    return [{"code": code, "name": one["names"][code]} for code, _name in settings.LANGUAGES]


def _letter(agency: Agency, one: IncidentType, language: str) -> str:
    return Writer(example_request(agency, one["names"], language), INVITATION).preview(language)[1]
