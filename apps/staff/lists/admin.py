"""The auditor's list of exports: who took which rows out of the portal, and why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.lists.models import ListExport
from apps.lists.policies import viewable_exports
from apps.staff.agencies.admin import NoPage
from apps.staff.lists.table import list_in_words


@admin.register(ListExport)
class ListExportAdmin(NoPage):
    """The newest first. Names of filters, never what was searched for."""

    viewable = staticmethod(viewable_exports)
    empty_words = _("Nobody exported a list yet.")
    list_display = ("created_at", "user", "list_name", "rows", "capped", "reason", "filters_in_words", "agency")
    list_filter = ("capped",)
    list_select_related = ("user", "agency")
    search_fields = ("user__email__iexact", "user__badge__iexact")
    search_help_text = _("A colleague's e-mail or badge number in full")
    ordering = ("-created_at", "-pk")

    @admin.display(description=_("list"), ordering="listed")
    def list_name(self, export: ListExport) -> str:
        return list_in_words(export.listed)

    @admin.display(description=_("filters"))
    def filters_in_words(self, export: ListExport) -> str:
        return ", ".join(export.filters) or "–"

    def pages(self) -> dict[str, tuple[str, Any]]:
        return {"": ("changelist", self.changelist_view)}

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)
