"""The catalog of common cameras and recorders: program managers write it, auditors read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Role
from apps.cameras import policies, selectors
from apps.cameras.models import CatalogEntry
from apps.cameras.services import save_catalog_entry
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.staff.cameras.catalog_forms import CatalogEntryForm
from apps.staff.partners.admin import ProgramAdmin


@admin.register(CatalogEntry)
class CatalogAdmin(ProgramAdmin):
    """What owners may choose from. What was registered with an entry before does not change with it."""

    viewable = staticmethod(policies.viewable_catalog)
    change_list_template = "admin/cameras/catalog_list.html"
    list_display = ("__str__", "kind", "recording", "keeps", "is_offered")
    list_filter = ("kind", "is_offered")
    search_fields = ("maker", "name")
    ordering = ("maker", "name")
    list_per_page = 50

    @admin.display(description=gettext_lazy("keeps video for"))
    def keeps(self, entry: CatalogEntry) -> str:
        hours = sorted({plan["retention_hours"] for plan in entry.plans})
        return ", ".join(f"{one // 24} d" if one % 24 == 0 else f"{one} h" for one in hours) or "–"

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "": ("changelist", self.changelist_view),
            "add/": ("add", self.entry_view),
            "<uuid:public_id>/": ("change", self.entry_view),
        }
        guarded = self.admin_site.admin_view
        return [
            path(route, guarded(view), name=f"cameras_catalogentry_{name}") for route, (name, view) in pages.items()
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_edit = policies.can_edit_catalog(cast(User, request.user))
        return super().changelist_view(request, {"may_edit": may_edit, **(extra_context or {})})

    def entry_view(self, request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
        """One entry, or a new one: to read for the program's people, to write for a program manager."""
        user = cast(User, request.user)
        may_edit = policies.can_edit_catalog(user)
        if not (may_edit or (public_id and self.has_view_permission(request))):
            raise NotAllowed(_("Only a program manager changes the catalog."), code="role")
        entry = selectors.get_catalog_entry_for(user, public_id) if public_id else None
        read = CatalogEntryForm.initial_of(entry) if entry else {}
        form = CatalogEntryForm(request.POST or None, initial=read)
        status = 200
        if request.method == "POST" and form.is_valid():
            try:
                self._save(form, entry, user)
            except Stale as error:
                form.add_error(None, str(error.message))
                status = 409
            except InvalidInput as error:
                form.refuse(error)
            else:
                messages.success(request, _("Saved. It holds for cameras that are registered or changed from now on."))
                return redirect("admin:cameras_catalogentry_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(entry) if entry else _("New catalog entry"),
            "form": form,
            "may_edit": may_edit,
        }
        status = 422 if form.errors and status == 200 else status
        return TemplateResponse(request, "admin/cameras/catalog_entry.html", context, status=status)

    def _save(self, form: CatalogEntryForm, entry: CatalogEntry | None, user: User) -> None:
        save_catalog_entry(
            facts=form.facts(),
            entry=entry,
            version=form.cleaned_data["version"],
            user=user,
            actor=acting_anywhere(user, Role.PROGRAM_MANAGER).actor,
        )
