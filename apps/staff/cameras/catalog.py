"""The catalog of common cameras and recorders: program managers write it, auditors read it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Role
from apps.cameras import policies, selectors
from apps.cameras.models import CatalogEntry
from apps.cameras.services import save_catalog_entry
from apps.core.admin import View
from apps.core.errors import NotAllowed, PortalError, Stale
from apps.core.forms import ServiceForm
from apps.staff.cameras.catalog_forms import CatalogEntryForm
from apps.staff.partners.admin import ProgramAdmin
from apps.staff.verbs import Verb, VerbScreen

SAVED = gettext_lazy("Saved. It holds for cameras that are registered or changed from now on.")


@admin.register(CatalogEntry)
class CatalogAdmin(ProgramAdmin, VerbScreen):
    """What owners may choose from. What was registered with an entry before does not change with it."""

    viewable = staticmethod(policies.viewable_catalog)
    change_list_template = "admin/cameras/catalog_list.html"
    list_display = ("__str__", "kind", "recording", "keeps", "is_offered")
    list_filter = ("kind", "is_offered")
    search_fields = ("maker", "name")
    ordering = ("maker", "name")
    list_per_page = 50
    verbs = (
        Verb(name="add", form=CatalogEntryForm, service=save_catalog_entry, done=SAVED, page=True, creates=True),
        Verb(name="change", form=CatalogEntryForm, service=save_catalog_entry, done=SAVED, page=True),
    )

    @admin.display(description=gettext_lazy("keeps video for"))
    def keeps(self, entry: CatalogEntry) -> str:
        hours = sorted({plan["retention_hours"] for plan in entry.plans})
        return ", ".join(f"{one // 24} d" if one % 24 == 0 else f"{one} h" for one in hours) or "–"

    def pages(self) -> dict[str, tuple[str, View]]:
        return {"": ("changelist", self.changelist_view)}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_edit = policies.can_edit_catalog(cast(User, request.user))
        return super().changelist_view(request, {"may_edit": may_edit, **(extra_context or {})})

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> CatalogEntry:
        return selectors.get_catalog_entry_for(cast(User, request.user), public_id)

    def verb_initial(self, verb: Verb, subject: CatalogEntry | None) -> dict[str, Any]:
        return CatalogEntryForm.initial_of(subject) if subject else {}

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: CatalogEntry | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        actor = acting_anywhere(user, Role.PROGRAM_MANAGER).actor
        facts = CatalogEntryForm.facts_in(given)
        return {"facts": facts, "entry": subject, "version": given["version"], "user": user, "actor": actor}

    def verb_page(
        self, request: HttpRequest, verb: Verb, subject: CatalogEntry | None, form: ServiceForm, *, status: int = 200
    ) -> HttpResponse:
        """One entry, or a new one: to read for the program's people, to write for a program manager."""
        may_edit = policies.can_edit_catalog(cast(User, request.user))
        if not may_edit and (subject is None or not self.has_view_permission(request)):
            raise NotAllowed(_("Only a program manager changes the catalog."), code="role")
        title = str(subject) if subject else _("New catalog entry")
        given = {"form": form, "may_edit": may_edit}
        return self.page(request, "admin/cameras/catalog_entry.html", title=title, status=status, **given)

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: CatalogEntry | None, form: ServiceForm
    ) -> HttpResponse:
        return self.verb_page(request, verb, subject, form, status=422)

    def verb_failed(
        self, request: HttpRequest, verb: Verb, subject: CatalogEntry | None, form: ServiceForm, error: PortalError
    ) -> HttpResponse:
        """What was typed stays on the page when a colleague saved the entry meanwhile."""
        if not isinstance(error, Stale):
            return super().verb_failed(request, verb, subject, form, error)
        form.add_error(None, str(error.message))
        return self.verb_page(request, verb, subject, form, status=error.status)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: CatalogEntry) -> HttpResponse:
        return redirect("admin:cameras_catalogentry_changelist")
