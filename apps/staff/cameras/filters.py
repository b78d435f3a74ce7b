"""Filters of the register, with counts: how many are in each state, how many wait in each zone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.cameras import queue
from apps.cameras.models import Camera
from apps.cameras.states import CameraState

ALL = "all"
NO_ZONE = "none"


def _number(count: int) -> str:
    """As it is, or that there are more than are counted."""
    if count > queue.MOST:
        return f"{number_format(queue.MOST, force_grouping=True)}+"
    return str(count)


class StateFilter(admin.SimpleListFilter):
    """By state; the list opens with what waits for review."""

    title = gettext_lazy("state")
    parameter_name = "state__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        states = queue.queue_in_numbers(request.user).states
        return [
            (value, f"{str(label).capitalize()} ({_number(states[value])})") for value, label in CameraState.choices
        ]

    def value(self) -> str:
        return super().value() or CameraState.PENDING

    def queryset(self, request: HttpRequest, queryset: QuerySet[Camera]) -> QuerySet[Camera]:
        return queryset if self.value() not in CameraState.values else queryset.filter(state=self.value())

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for value, label in [*self.lookup_choices, (ALL, _("All"))]:
            yield {
                "selected": self.value() == str(value),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }


class ZoneFilter(admin.SimpleListFilter):
    """By zone, with how many wait in each."""

    title = gettext_lazy("zone (waiting)")
    parameter_name = "zone"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        found = queue.queue_in_numbers(request.user)
        named = [(str(zone.public_id), f"{zone.agency} {zone} ({_number(count)})") for zone, count in found.zones]
        return [*named, (NO_ZONE, _("Outside every zone (%(count)s)") % {"count": _number(found.outside)})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Camera]) -> QuerySet[Camera]:
        wanted = self.value()
        if wanted == NO_ZONE:
            return queryset.filter(zone__isnull=True)
        known = {value for value, _label in self.lookup_choices}
        return queryset.filter(zone__public_id=wanted) if wanted in known else queryset


class BoundsFilter(admin.SimpleListFilter):
    """Those that stand where the city expects none. It narrows the list; it says no place."""

    title = gettext_lazy("area of the program")
    parameter_name = "area"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("out", _("Outside"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Camera]) -> QuerySet[Camera]:
        return queryset.filter(queue.out_of_bounds()) if self.value() == "out" else queryset
