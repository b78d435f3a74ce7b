"""The page of an agency's ready-made texts: the list as a form, and what the owners and the supervisor would read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.core.forms import ServiceForm
from apps.footage_requests.limits import REASON_MAX
from apps.footage_requests.ready_texts import (
    CODE_MAX,
    MOST,
    NAME_MAX,
    Audience,
    GivenText,
    ReadyText,
    checked_texts,
    present_texts,
)
from apps.staff.agencies.list_rows import count_of_rows, place_field

SPARE = 2  # empty rows at the end


class ReadyTextsForm(ServiceForm):
    """A row for each text: its name, who reads it, its words in each language, its place; and some empty rows."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST + SPARE)

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.row_count = count_of_rows(self["rows"].value(), MOST + SPARE)
        for row in range(self.row_count):
            self.fields[f"code_{row}"] = forms.CharField(max_length=CODE_MAX, required=False, widget=forms.HiddenInput)
            self.fields[f"name_{row}"] = forms.CharField(
                label=_("Name, as authors choose it"),
                max_length=NAME_MAX,
                required=False,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"audience_{row}"] = forms.ChoiceField(
                label=_("Who reads it"), choices=Audience.choices, initial=Audience.OWNERS
            )
            for language, name in settings.LANGUAGES:
                self.fields[f"{language}_{row}"] = forms.CharField(
                    label=name,
                    max_length=REASON_MAX,
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 3, "lang": language}),
                )
            self.fields[f"place_{row}"] = place_field()
            self.fields[f"in_use_{row}"] = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def lines(self) -> list[dict[str, Any]]:
        """For the page, by row: its code, and its fields in their order."""
        return [{"code": self[f"code_{row}"], "fields": self._fields(row)} for row in range(self.row_count)]

    def _fields(self, row: int) -> list[BoundField]:
        languages = [language for language, _name in settings.LANGUAGES]
        return [self[f"{name}_{row}"] for name in ("name", "audience", *languages, "place", "in_use")]


def texts_in(said: Mapping[str, Any]) -> list[GivenText]:
    """What the service takes, from the values of a valid form."""
    return [
        GivenText(
            code=said[f"code_{row}"],
            name=said[f"name_{row}"],
            audience=said[f"audience_{row}"],
            words={language: said[f"{language}_{row}"] for language, _name in settings.LANGUAGES},
            retired=not said[f"in_use_{row}"],
            place=said[f"place_{row}"],
        )
        for row in range(said["rows"])
    ]


def _row(number: int, one: ReadyText) -> dict[str, Any]:
    shown: dict[str, Any] = {
        f"code_{number}": one["code"],
        f"name_{number}": one["name"],
        f"audience_{number}": one["audience"],
    }
    return shown | {f"{language}_{number}": words for language, words in one["words"].items()}


def initial_of_texts(agency: Agency) -> dict[str, Any]:
    """The agency's present list as the form shows it, in steps of ten so that something fits between."""
    number, texts = present_texts(agency)
    shown: dict[str, Any] = {"number": number, "rows": min(len(texts), MOST) + SPARE}
    for row, one in enumerate(texts):
        shown |= _row(row, one) | {f"place_{row}": (row + 1) * 10, f"in_use_{row}": not one["retired"]}
    return shown


def merged_texts(agency: Agency, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, for the list that is in force now: texts that a colleague added since stand at its end."""
    number, texts = present_texts(agency)
    rows = count_of_rows(typed.get("rows"), MOST + SPARE)
    known = {str(typed.get(f"code_{row}", "")) for row in range(rows)}
    merged = {**typed, "number": number}
    for one in texts:
        if one["code"] not in known and rows < MOST + SPARE:
            merged |= _row(rows, one) | {f"place_{rows}": ""}
            merged |= {} if one["retired"] else {f"in_use_{rows}": "on"}
            rows += 1
    return {**merged, "rows": rows}


def texts_beside(agency: Agency) -> dict[str, Any]:
    """The list that is in force, for the page beside the form."""
    number, texts = present_texts(agency)
    return {"list_number": number, "in_force": [_shown(one) for one in texts]}


def preview_of_texts(agency: Agency, said: Mapping[str, Any]) -> dict[str, Any]:
    """What would be offered with the list of a valid form, by reader. Raises InvalidInput as the service does."""
    _number, present = present_texts(agency)
    texts = checked_texts(texts_in(said), present=present)
    offered = [one for one in texts if not one["retired"]]
    return {
        "same": texts == present,
        "groups": [
            {"audience": label, "texts": [_shown(one) for one in offered if one["audience"] == value]}
            for value, label in Audience.choices
        ],
        "retired": [one["name"] for one in texts if one["retired"]],
    }


def _shown(one: ReadyText) -> dict[str, Any]:
    return {
        "name": one["name"],
        "audience": Audience(one["audience"]).label,
        "words": [{"code": code, "words": words} for code, words in one["words"].items()],
        "retired": one["retired"],
    }
