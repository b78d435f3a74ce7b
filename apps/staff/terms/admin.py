"""The staff's screens of terms. Nobody accepts for a partner, and published texts never change."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.staff.partners.admin import ProgramAdmin
from apps.staff.terms.version_admin import TermsVersionAdmin, title_of
from apps.terms import policies
from apps.terms.models import Acceptance

__all__ = ["AcceptanceAdmin", "TermsVersionAdmin"]


@admin.register(Acceptance)
class AcceptanceAdmin(ProgramAdmin):
    """Which partner accepted which text, by whom, when."""

    viewable = staticmethod(policies.viewable_acceptances)
    empty_words = _("No acceptance yet. One appears here when a partner accepts terms.")
    list_display = ("partner_name", "accepted_at", "document", "language", "user")
    list_filter = ("version__kind", "version", "language")
    list_select_related = ("partner", "version", "user")
    fields = ("accepted_at", "partner_name", "user", "document", "language", "digest")
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-accepted_at", "-pk")
    list_per_page = 50
    show_full_result_count = False

    def called(self, row: Acceptance) -> str:
        return f"{row.partner.name}: {title_of(row.version)}"

    @admin.display(description=_("partner"))
    def partner_name(self, acceptance: Acceptance) -> str:
        return str(acceptance.partner.name)

    @admin.display(description=_("document"))
    def document(self, acceptance: Acceptance) -> str:
        return title_of(acceptance.version)
