"""Filters that many lists have."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from apps.agencies.policies import agencies_served


class AgencyFilter(admin.SimpleListFilter):
    """By agency, for a person who serves in several. Django's own looks through all rows for those that there are."""

    title = gettext_lazy("agency")
    parameter_name = "agency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(agency.public_id), agency.short_name) for agency in agencies_served(request.user)]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {value for value, _name in self.lookup_choices}
        return queryset.filter(agency__public_id=self.value()) if self.value() in known else queryset
