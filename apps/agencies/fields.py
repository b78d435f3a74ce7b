"""Form fields that name agencies."""

from __future__ import annotations

from typing import Any

from django import forms


class AgencyField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The agencies of the program, by their full names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)
