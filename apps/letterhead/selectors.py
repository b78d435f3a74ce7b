"""Reads of letterheads."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from apps.agencies.models import Agency
from apps.letterhead.models import Letterhead


def versions(agency: Agency) -> QuerySet[Letterhead]:
    """All versions, the one in force first; without the pictures."""
    return Letterhead.objects.filter(agency=agency).defer("seal").order_by("-number")


def in_force(agency: Agency) -> Letterhead | None:
    """The version in force; None where the agency has added nothing yet."""
    return versions(agency).first()


def words_at(place: str, agency: Agency, language: str | None = None) -> str:
    """The agency's words for this place in the language, else in the portal's own; empty without any."""
    found = versions(agency).values_list("words", flat=True).first() or {}
    return words_among(found, place, language)


def words_among(words: Mapping[str, Mapping[str, str]], place: str, language: str | None = None) -> str:
    """The same, of the words of one version."""
    by_language = words.get(place, {})
    wanted = (language or get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return by_language.get(wanted) or by_language.get(settings.LANGUAGE_CODE.split("-")[0], "")
