"""The addresses that a request leaves out, as a form asks for them: typed, found in the city's own streets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import InvalidInput
from apps.footage_requests.left_out import MOST, PLACE_MAX
from apps.footage_requests.states import LeftOutReason
from apps.streets.search import find_places

NUMBERS = tuple(str(number) for number in range(1, MOST + 1))


def left_out_fields() -> dict[str, forms.Field]:
    """The fields, by name."""
    fields: dict[str, forms.Field] = {}
    reasons = [("", gettext_lazy("Choose one")), *((value, capfirst(words)) for value, words in LeftOutReason.choices)]
    for number in NUMBERS:
        fields[f"left_out_{number}"] = forms.CharField(
            label=gettext_lazy("Address"),
            required=False,
            max_length=PLACE_MAX,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        fields[f"left_why_{number}"] = forms.ChoiceField(label=gettext_lazy("Why"), required=False, choices=reasons)
    return fields


def left_out_in(cleaned: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was typed, with the place of each address. Raises InvalidInput for the field of one that no street has."""
    found = []
    for number in NUMBERS:
        typed = (cleaned.get(f"left_out_{number}") or "").strip()
        if not typed:
            continue
        places = find_places(typed, most=1)
        if not places or places[0].kind != "address":
            sentence = _("No such address in the city's streets. Give house number and street.")
            raise InvalidInput(sentence, fields={f"left_out_{number}": sentence})
        reason = cleaned.get(f"left_why_{number}") or ""
        if not reason:
            sentence = _("Say why this address is left out.")
            raise InvalidInput(sentence, fields={f"left_why_{number}": sentence})
        place = places[0]
        found.append({"place": typed, "latitude": place.latitude, "longitude": place.longitude, "reason": reason})
    return found


def left_out_shown(left_out: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What is stored, as the form shows it."""
    shown: dict[str, str] = {}
    for number, one in zip(NUMBERS, left_out, strict=False):
        shown |= {f"left_out_{number}": one["place"], f"left_why_{number}": one["reason"]}
    return shown
