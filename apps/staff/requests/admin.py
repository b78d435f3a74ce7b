"""The staff's screens of requests: the list, composing, deciding, and the board."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from apps.agencies.features import Feature, off_words
from apps.agencies.policies import agencies_served, serves_as
from apps.core.admin import View
from apps.core.instants import show_instant
from apps.footage_requests import policies
from apps.footage_requests.incident_types import incident_words
from apps.footage_requests.models import FootageRequest
from apps.staff.lists.filters import AgencyFilter
from apps.staff.requests.compose_views import ComposeViews
from apps.staff.requests.thread_views import ThreadViews


class IncidentFilter(admin.SimpleListFilter):
    """By kind of incident, in the words of the lists of the person's agencies; also by one that is retired."""

    title = _("incident type")
    parameter_name = "incident_type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return incident_words(agencies_served(request.user, *policies.VIEW_ROLES))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {value for value, _name in self.lookup_choices}
        return queryset.filter(incident_type=self.value()) if self.value() in known else queryset


@admin.register(FootageRequest)
class FootageRequestAdmin(ComposeViews, ThreadViews):
    """Requests of one's agencies; each page is for looking, each button is a service."""

    viewable = staticmethod(policies.viewable_requests)
    empty_words = _("No request yet. A detective or an analyst begins one with “Write a request”.")
    change_list_template = "admin/footage_requests/change_list.html"
    list_display = ("code", "case_number", "state", "incident", "author", "agency", "written", "closes")
    list_filter = (
        "state",
        "too_wide",
        "went_first",
        "kind",
        IncidentFilter,
        "outcome",
        AgencyFilter,
    )
    more_columns = ("outcome", "too_wide")
    list_select_related = ("case", "agency", "author")
    search_fields = ("code__iexact", "case__number__iexact")
    search_help_text = _("Code of the request, or case number")
    ordering = ("-created_at", "-pk")
    date_hierarchy = None
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("case"), ordering="case__number")
    def case_number(self, request: FootageRequest) -> str:
        return request.case.number

    @admin.display(description=_("incident type"), ordering="incident_type")
    def incident(self, request: FootageRequest) -> str:
        return request.incident

    @admin.display(description=_("written"), ordering="created_at")
    def written(self, request: FootageRequest) -> str:
        return show_instant(request.created_at, request.time_zone)

    @admin.display(description=_("closes at"), ordering="closes_at")
    def closes(self, request: FootageRequest) -> str:
        return show_instant(request.closes_at, request.time_zone)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return super().has_view_permission(request, obj)
        return serves_as(request.user, *policies.VIEW_ROLES)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        extra = {
            "may_write": policies.may_begin_somewhere(request.user),
            "off": off_words(request.user, Feature.REQUESTS, *policies.AUTHOR_ROLES),
        }
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def pages(self) -> dict[str, tuple[str, View]]:
        one = "<uuid:public_id>/"
        return {
            "": ("changelist", self.changelist_view),
            "compose/": ("compose", self.compose_view),
            "compose/keep/": ("keep", self.keep_view),
            "compose/unfinished/": ("kept", self.kept_list_view),
            "compose/unfinished/<uuid:public_id>/<slug:act>/": ("kept_act", self.kept_act_view),
            "count/": ("count", self.count_view),
            one: ("change", self.request_view),
            f"{one}edit/": ("edit", self.edit_view),
            f"{one}board/": ("board", self.board_view),
            "threads/<uuid:public_id>/": ("thread", self.thread_view),
            "threads/files/<uuid:public_id>/": ("thread_file", self.thread_file_view),
        }
