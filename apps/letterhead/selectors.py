"""Reads of letterheads."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.agencies.models import Agency
from apps.core.languages import in_language
from apps.letterhead.models import Letterhead


def versions(agency: Agency) -> QuerySet[Letterhead]:
    """All versions, the one in force first; without the pictures."""
    return Letterhead.objects.filter(agency=agency).defer("seal").order_by("-number")


def in_force(agency: Agency) -> Letterhead | None:
    """The version in force; None where the agency has added nothing yet."""
    return versions(agency).first()


def words_at(place: str, agency: Agency) -> str:
    """The agency's words for this place, in the reader's language; empty without any."""
    found = versions(agency).values_list("words", flat=True).first() or {}
    return in_language(found.get(place, {}))
