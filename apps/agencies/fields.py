"""Form fields that name agencies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.agencies.models import Agency


class AgencyField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """The agencies of the program, by their full names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def offer_agencies(field: forms.Field, agencies: QuerySet[Agency]) -> None:
    """Let the field choose among these, by public id; a choice of one is made and hidden."""
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
    field.queryset = agencies
    only = list(agencies[:2])
    if len(only) == 1:
        field.widget, field.initial = field.hidden_widget(), only[0].public_id
