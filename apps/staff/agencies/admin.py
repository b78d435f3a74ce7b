"""Read-only screens: cases, and who had access for what purpose."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access.models import Purpose
from apps.access.policies import viewable_purposes
from apps.agencies import policies
from apps.agencies.models import Case
from apps.core.admin import PolicyAdmin
from apps.footage_requests.approved_reach import with_approval

NOTHING_APPROVED, SOMETHING_APPROVED = _("nobody approved anything"), _("approved by a supervisor")


class _NoPage(PolicyAdmin):
    """A list without a page for each row: everything there is stands in the list, and keys stay inside."""

    list_display_links = None
    list_per_page = 50
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)


@admin.register(Purpose)
class PurposeAdmin(_NoPage):
    """One's own purposes; an auditor sees everybody's."""

    viewable = staticmethod(viewable_purposes)
    list_display = ("created_at", "user", "agency", "kind", "access", "case", "reason", "ends_at")
    list_filter = ("kind", "access", ("agency", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "agency", "case")
    search_fields = ("case__number__iexact",)
    ordering = ("-created_at", "-pk")


class ApprovalFilter(admin.SimpleListFilter):
    """Cases that somebody approved something for, and the others: an auditor looks at these."""

    title = _("approval")
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", NOTHING_APPROVED), ("some", SOMETHING_APPROVED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(approved=self.value() == "some") if self.value() else queryset


@admin.register(Case)
class CaseAdmin(_NoPage):
    """Cases of one's agencies, and whether anybody approved anything for each."""

    viewable = staticmethod(policies.viewable_cases)
    list_display = ("number", "agency", "approval", "created_at")
    list_filter = (ApprovalFilter, ("agency", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("agency",)
    search_fields = ("number__iexact",)
    ordering = ("-created_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_approval(super().get_queryset(request))

    @admin.display(description=_("approval"))
    def approval(self, case: Any) -> Any:
        return SOMETHING_APPROVED if case.approved else NOTHING_APPROVED


from apps.staff.agencies import agency_admin, audit_admin, staff_admin  # noqa: E402, F401  # Django looks for screens here
