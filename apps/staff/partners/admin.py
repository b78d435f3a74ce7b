"""The program's partners, to look at. What they chose is theirs to change."""

from __future__ import annotations

from typing import Any, ClassVar, cast
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.partners import policies
from apps.partners.models import Partner
from apps.partners.selectors import consented_agencies, members_of
from apps.partners.services import vouch_for_partner
from apps.staff.lists.screens import ListScreen
from apps.staff.partners.finding import FoundByName
from apps.staff.verbs import Verb, VerbScreen


class ProgramAdmin(ListScreen):
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
class PartnerAdmin(FoundByName, ProgramAdmin, VerbScreen):
    """Who takes part, since when, and who may ask them. It shows no addresses: sites are the partner's own."""

    change_form_template = "admin/partners/partner/change_form.html"
    verbs = (
        Verb(
            name="vouch",
            service=vouch_for_partner,
            done=_("Confirmed. From now on this partner may invite others."),
        ),
    )

    viewable = staticmethod(policies.viewable_partners)
    empty_words = _("No partner yet. Owners join on the public pages, or when they accept an invitation.")
    list_display = ("name", "kind", "created_at", "left_at")
    list_filter = ("kind", ("left_at", admin.EmptyFieldListFilter), ("vouched_at", admin.EmptyFieldListFilter))
    fields = ("name", "kind", "created_at", "vouched_at", "left_at", "people", "agencies")
    readonly_fields: ClassVar[tuple[str, ...]] = fields
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        return [*self.verb_urls(), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The partner, and the button by which a program manager says that the program knows who it is."""
        context = {"may_vouch": policies.may_vouch(request.user), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Partner:
        found = policies.viewable_partners(request.user).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(gettext("There is no such partner."))
        return found

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Partner, given: dict[str, Any]
    ) -> dict[str, Any]:
        return {"partner": subject, "user": cast(User, request.user)}

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Partner) -> HttpResponse:
        return redirect("admin:partners_partner_change", subject.public_id)

    def called(self, row: Partner) -> str:
        return str(row.name)

    @admin.display(description=_("registrants"))
    def people(self, partner: Partner) -> str:
        return ", ".join(f"{member.user} ({member.get_role_display()})" for member in members_of(partner)) or "–"

    @admin.display(description=_("agencies that may ask"))
    def agencies(self, partner: Partner) -> str:
        return ", ".join(agency.short_name for agency in consented_agencies(partner)) or "–"
