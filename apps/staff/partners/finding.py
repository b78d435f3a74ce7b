"""Lists that are searched by the name of a partner, which is encrypted."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from apps.core.name_words import found_by_name
from apps.partners.models import PartnerWord
from apps.staff.lists.screens import ListScreen

M = TypeVar("M", bound=Model)


class FoundByName(ListScreen):
    """A list whose search takes words of the partner's name; `partner` leads from a row to its partner."""

    partner = "pk"
    search_fields = ("name",)
    search_help_text = gettext_lazy(
        "Words of the name, or how they begin: three letters or more. No saved view keeps it."
    )
    keeps_search = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        """By digests; the fields named above only say that there is a search."""
        if not search_term.strip():
            return queryset, False
        return found_by_name(queryset, PartnerWord, search_term, owner=self.partner), False
