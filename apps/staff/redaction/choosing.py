"""Choosing, beside each video that is to leave, whether a redacted copy of it leaves instead."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.evidence.models import EvidenceItem
from apps.redaction.copies import copies_of
from apps.redaction.models import Redaction


class CopiesField(forms.MultipleChoiceField):
    """The redactions whose copies leave: a choice beside each item, empty where the item leaves as it is."""

    def __init__(self) -> None:
        super().__init__(label=_("Redacted copies"), required=False)
        self.copies: dict[int, list[Redaction]] = {}

    def offer(self, items: Iterable[EvidenceItem]) -> None:
        """Offer the proven copies of these items."""
        self.copies = copies_of(items)
        self.choices = [(str(one.public_id), one.title) for rows in self.copies.values() for one in rows]

    def clean(self, value: Any) -> Any:
        """Public ids of redactions."""
        return [UUID(one) for one in super().clean([one for one in value or [] if one])]


def offered_rows(form: Any) -> list[tuple[EvidenceItem, Any, list[Redaction]]]:
    """Each offered item with its checkbox and its redacted copies, for a form with `offered`, `items`, `redacted`."""
    field = form.fields["redacted"]
    return [(item, box, field.copies.get(item.pk, [])) for item, box in zip(form.offered, form["items"], strict=True)]
