"""Read-only screen: who had access for what purpose."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from apps.access.models import Purpose
from apps.access.policies import viewable_purposes
from apps.staff.lists.filters import AgencyFilter
from apps.staff.lists.screens import ListScreen


class NoPage(ListScreen):
    """A list without a page for each row: everything there is stands in the list, and keys stay inside."""

    list_display_links = None
    list_per_page = 50
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)


@admin.register(Purpose)
class PurposeAdmin(NoPage):
    """One's own purposes; an auditor sees everybody's."""

    viewable = staticmethod(viewable_purposes)
    empty_words = gettext_lazy(
        "No purpose yet. One appears here when somebody says why places or footage must be seen."
    )
    list_display = ("created_at", "user", "agency", "kind", "access", "case", "reason", "ends_at")
    list_filter = ("kind", "access", AgencyFilter)
    list_select_related = ("user", "agency", "case")
    search_fields = ("case__number__iexact", "user__email__iexact", "user__badge__iexact")
    search_help_text = gettext_lazy("Case number, or a colleague's e-mail or badge number")
    ordering = ("-created_at", "-pk")


from apps.staff.agencies import absences, agency_admin, audit_admin, staff_admin  # noqa: E402, F401  # Django looks for screens here
