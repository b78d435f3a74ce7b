"""Reads of marks."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.agencies.models import Case
from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.evidence.models import EvidenceItem
from apps.marks.models import Mark
from apps.marks.policies import viewable_marks


def get_mark_for(user: Person, public_id: UUID | str) -> Mark:
    """The mark, if the person may see it. Raises NotFound."""
    try:
        found = viewable_marks(user).select_related("case__agency", "item__agency").filter(public_id=public_id).first()
    except ValidationError:
        found = None
    if found is None:
        raise NotFound(_("There is no such mark among those of your cases."))
    return found


def marks_of(user: Person, case: Case, *, items: Iterable[EvidenceItem] | None = None) -> QuerySet[Mark]:
    """The case's marks in use, in the order of true time; of these items only, if they are named."""
    marks = viewable_marks(user).filter(case=case, removed_at__isnull=True).select_related("author", "item")
    if items is not None:
        marks = marks.filter(item__in=[item.pk for item in items])
    return marks.order_by("true_in", "item_id", "in_picture", "pk")
