"""Terms and acceptances, to look at: texts never change once published, and nobody accepts for a partner."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from apps.partners.admin import ProgramAdmin
from apps.terms import policies
from apps.terms.digests import digest_of
from apps.terms.models import Acceptance, TermsVersion


@admin.register(TermsVersion)
class TermsVersionAdmin(ProgramAdmin):
    """Versions with their texts and digests. `manage.py publish_terms` publishes a new one."""

    viewable = staticmethod(policies.viewable_versions)
    list_display = ("number", "state", "in_force_at")
    list_filter = ("state",)
    fields = ("number", "state", "in_force_at", "digests", "summaries", "texts")
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-number",)

    @admin.display(description=_("digests (SHA-256)"))
    def digests(self, version: TermsVersion) -> str:
        return "\n".join(f"{code}: {digest_of(words)}" for code, words in sorted(version.text.items()))

    @admin.display(description=_("summaries"))
    def summaries(self, version: TermsVersion) -> str:
        return "\n\n".join(words for _code, words in sorted(version.summary.items()))

    @admin.display(description=_("texts"))
    def texts(self, version: TermsVersion) -> str:
        return "\n\n".join(words for _code, words in sorted(version.text.items()))


@admin.register(Acceptance)
class AcceptanceAdmin(ProgramAdmin):
    """Which partner accepted which text, by whom, when."""

    viewable = staticmethod(policies.viewable_acceptances)
    list_display = ("accepted_at", "partner_name", "version", "language", "user")
    list_filter = ("version", "language")
    list_select_related = ("partner", "version", "user")
    fields = ("accepted_at", "partner_name", "user", "version", "language", "digest")
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-accepted_at", "-pk")
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("partner"))
    def partner_name(self, acceptance: Acceptance) -> str:
        return str(acceptance.partner.name)
