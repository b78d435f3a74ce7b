"""What the forms of an agency's lists share: so many rows, each with a place in the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def count_of_rows(said: Any, most: int) -> int:
    """As many rows as the form was shown with, up to `most`; a number that is none has none, and the form says so."""
    try:
        return max(0, min(int(said), most))
    except (TypeError, ValueError):
        return 0


def place_field() -> forms.IntegerField:
    """Where a row stands in the list."""
    return forms.IntegerField(
        label=_("Place in the list"),
        required=False,
        min_value=1,
        max_value=999,
        widget=forms.NumberInput(attrs={"class": "input-short", "inputmode": "numeric"}),
    )
