"""The forms that every page with a service behind it starts from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput


class _ReadOnce(ModelChoiceIterator):  # type: ignore[type-arg]
    """Rows as they were read first. A select that has to be chosen from looks at its first option, then at all."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for row in self.queryset:
            yield self.choice(row)


class RowField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of one row, whose rows are read once a form; for lists that are short."""

    iterator = _ReadOnce


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """A choice of several rows, read likewise."""

    iterator = _ReadOnce


class ServiceForm(forms.Form):
    """A form whose service may still refuse; its refusals appear beside the fields."""

    error_css_class = "usa-form-group--error"
    renamed: dict[str, str] = {}  # the service's names of fields that this form calls otherwise

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("Please fill this in.")

    def refuse(self, error: InvalidInput) -> None:
        """Shows what a service refused: beside the field where the form has it, else on top."""
        if not error.fields:
            self.add_error(None, str(error.message))
        for name, sentence in error.fields.items():
            name = self.renamed.get(name, name)
            self.add_error(name if name in self.fields else None, str(sentence))


class KeyedForm(ServiceForm):
    """Carries the key by which a service knows a repeat of the same sending."""

    request_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
