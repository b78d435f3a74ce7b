"""Texts that program managers publish in versions: a list, one draft, its editor, and its publication."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core.admin import View
from apps.staff.partners.admin import ProgramAdmin
from apps.staff.verbs import Verb, VerbScreen


class VersionScreen(ProgramAdmin, VerbScreen):
    """The versions, the newest first. A program manager writes the next one; an auditor reads.

    Subclasses say how a version is found and shown, and save what was typed. One of their verbs is `draft`, which
    begins the next version or goes on with the draft that there is.
    """

    list_display_links = ("title",)
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False

    def find(self, request: HttpRequest, public_id: UUID) -> Any:
        """The version, if this person may see it. Raises NotFound."""
        raise NotImplementedError

    def show(self, request: HttpRequest, version: Any, **more: Any) -> HttpResponse:
        """A draft to write, for a program manager; everything else to read."""
        raise NotImplementedError

    def save_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Keep the draft as it was typed, or show only what it would do."""
        raise NotImplementedError

    def pages(self) -> dict[str, tuple[str, View]]:
        one = "<uuid:public_id>/"
        return {
            "": ("changelist", self.changelist_view),
            one: ("change", require_safe(self.version_view)),
            f"{one}save/": ("save", require_POST(self.save_view)),
        }

    def version_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The version's page."""
        return self.show(request, self.find(request, public_id))

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Any:
        return self.find(request, public_id)

    def address_of(self, version: Model | None = None) -> HttpResponse:
        """Leads to a version's page, or to the list."""
        prefix = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        if version is None:
            return redirect(f"{prefix}_changelist")
        return redirect(f"{prefix}_change", public_id=version.public_id)  # type: ignore[attr-defined]
