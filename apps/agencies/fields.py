"""Form fields that name agencies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.agencies.models import Agency
from apps.core.forms import RowsField


class AgencyField(RowsField):
    """The agencies of the program, by their full names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


def offer_agencies(field: forms.Field, agencies: QuerySet[Agency]) -> None:
    """Let the field choose among these, by public id; a choice of one is made and hidden."""
    assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - tells the type checker
    field.queryset = agencies
    rows = list(agencies)
    if len(rows) == 1:
        field.widget, field.initial = field.hidden_widget(), rows[0].public_id
        return
    blank = [("", field.empty_label)] if field.empty_label is not None else []
    field.choices = [*blank, *((field.prepare_value(row), field.label_from_instance(row)) for row in rows)]
