"""The program's partners, to look at. What they chose is theirs to change."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.admin import PolicyAdmin
from apps.partners import policies
from apps.partners.models import Partner
from apps.partners.selectors import consented_agencies, members_of


class ProgramAdmin(PolicyAdmin):
    """Screens of the program's own people. Whether somebody is one is asked once a page, for all menus together."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return super().has_view_permission(request, obj)
        known: bool | None = getattr(request, "is_of_program", None)
        if known is None:
            known = policies.is_of_program(request.user)
            request.is_of_program = known  # type: ignore[attr-defined]
        return known


@admin.register(Partner)
class PartnerAdmin(ProgramAdmin):
    """Who takes part, since when, and who may ask them. No address stands here: sites are the partner's own."""

    viewable = staticmethod(policies.viewable_partners)
    list_display = ("name", "kind", "created_at", "left_at")
    list_filter = ("kind", ("left_at", admin.EmptyFieldListFilter))
    fields = ("name", "kind", "created_at", "left_at", "people", "agencies")
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("registrants"))
    def people(self, partner: Partner) -> str:
        return ", ".join(f"{member.user} ({member.get_role_display()})" for member in members_of(partner)) or "–"

    @admin.display(description=_("agencies that may ask"))
    def agencies(self, partner: Partner) -> str:
        return ", ".join(agency.short_name for agency in consented_agencies(partner)) or "–"
