"""The catalog of formats that no browser plays: program managers write it, auditors read it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.agencies.acting import acting_anywhere
from apps.agencies.models import Role
from apps.core.admin import View
from apps.core.errors import NotAllowed, NotFound, PortalError, Stale
from apps.core.forms import ServiceForm
from apps.evidence import policies
from apps.evidence.format_guides import STEPS_MOST
from apps.evidence.models import FormatGuide
from apps.evidence.services.format_guides import save_format_guide
from apps.staff.partners.admin import ProgramAdmin
from apps.staff.verbs import Verb, VerbScreen

SAVED = gettext_lazy("Saved. Pages of items show it from now on.")


class FormatGuideForm(ServiceForm):
    """A format as a program manager writes it."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=gettext_lazy("Name of the format"), max_length=80)
    endings = forms.CharField(
        label=gettext_lazy("Endings of file names"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("With commas between: dav, g64x."),
    )
    signature = forms.CharField(
        label=gettext_lazy("First bytes"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("Hexadecimal, like 44 48 41 56. They count more than the ending, which may be wrong."),
    )
    player = forms.CharField(
        label=gettext_lazy("Player that opens it"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Leave it empty if it is not known: a wrong name costs an evening."),
    )
    player_url = forms.CharField(
        label=gettext_lazy("Where its maker is found"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("An address of the maker itself, with https://."),
    )
    sources = forms.CharField(
        label=gettext_lazy("Checked from"),
        required=False,
        max_length=900,
        help_text=gettext_lazy("Addresses of pages that say what stands here, a line each, with https://."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    checked_on = forms.DateField(
        label=gettext_lazy("Checked on"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    is_offered = forms.BooleanField(label=gettext_lazy("Shown on items"), required=False, initial=True)
    field_order = ("name", "endings", "signature", "player", "player_url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, language in settings.LANGUAGES:
            self.fields[f"steps_{code}"] = forms.CharField(
                label=_("How to export it again (%(language)s)") % {"language": language},
                required=False,
                max_length=STEPS_MOST,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
            )
        for last in ("sources", "checked_on", "is_offered"):
            self.fields[last] = self.fields.pop(last)

    @staticmethod
    def initial_of(guide: FormatGuide) -> dict[str, Any]:
        """The guide as the form shows it."""
        pairs = [guide.signature[at : at + 2] for at in range(0, len(guide.signature), 2)]
        shown = {name: getattr(guide, name) for name in ("version", "name", "player", "player_url", "is_offered")}
        shown |= {"sources": "\n".join(guide.sources), "checked_on": guide.checked_on}
        steps = {f"steps_{code}": words for code, words in guide.steps.items()}
        return {**shown, **steps, "endings": ", ".join(guide.endings), "signature": " ".join(pairs)}

    @staticmethod
    def facts_in(data: dict[str, Any]) -> dict[str, Any]:
        """What the service takes, of the form's cleaned data."""
        facts = {name: data[name] for name in ("name", "signature", "player", "player_url", "is_offered")}
        endings = [one for one in data["endings"].replace(",", " ").split() if one]
        steps = {code: data[f"steps_{code}"] for code, _language in settings.LANGUAGES}
        checked = {"sources": data["sources"].split(), "checked_on": data["checked_on"]}
        return {**facts, **checked, "endings": endings, "steps": steps}


@admin.register(FormatGuide)
class FormatGuideAdmin(ProgramAdmin, VerbScreen):
    """What detectives read beside a file that does not play."""

    viewable = staticmethod(policies.viewable_format_guides)
    change_list_template = "admin/evidence/formats_list.html"
    empty_words = gettext_lazy("No format yet. “manage.py load_format_guides” adds those of common recorders.")
    list_display = ("name", "ending_words", "player_words", "checked_on", "is_offered")
    list_filter = ("is_offered",)
    search_fields = ("name__istartswith", "player__istartswith")
    ordering = ("name",)
    list_per_page = 50
    verbs = (
        Verb(name="add", form=FormatGuideForm, service=save_format_guide, done=SAVED, page=True, creates=True),
        Verb(name="change", form=FormatGuideForm, service=save_format_guide, done=SAVED, page=True),
    )

    @admin.display(description=gettext_lazy("endings"))
    def ending_words(self, guide: FormatGuide) -> str:
        return ", ".join(guide.endings) or "–"

    @admin.display(description=gettext_lazy("player"))
    def player_words(self, guide: FormatGuide) -> str:
        return guide.player or _("not known")

    def pages(self) -> dict[str, tuple[str, View]]:
        return {"": ("changelist", self.changelist_view)}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_edit = policies.can_edit_format_guides(cast(User, request.user))
        return super().changelist_view(request, {"may_edit": may_edit, **(extra_context or {})})

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> FormatGuide:
        found = policies.viewable_format_guides(request.user).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such format."))
        return found

    def verb_initial(self, verb: Verb, subject: FormatGuide | None) -> dict[str, Any]:
        return FormatGuideForm.initial_of(subject) if subject else {}

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: FormatGuide | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        actor = acting_anywhere(user, Role.PROGRAM_MANAGER).actor
        facts = FormatGuideForm.facts_in(given)
        return {"facts": facts, "guide": subject, "version": given["version"], "user": user, "actor": actor}

    def verb_page(
        self, request: HttpRequest, verb: Verb, subject: FormatGuide | None, form: ServiceForm, *, status: int = 200
    ) -> HttpResponse:
        """One format, or a new one: to read, and to write for a program manager."""
        may_edit = policies.can_edit_format_guides(cast(User, request.user))
        if not may_edit and subject is None:
            raise NotAllowed(_("Only a program manager changes the catalog."), code="role")
        title = str(subject) if subject else _("New format")
        given = {"form": form, "may_edit": may_edit}
        return self.page(request, "admin/evidence/format.html", title=title, status=status, **given)

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: FormatGuide | None, form: ServiceForm
    ) -> HttpResponse:
        return self.verb_page(request, verb, subject, form, status=422)

    def verb_failed(
        self, request: HttpRequest, verb: Verb, subject: FormatGuide | None, form: ServiceForm, error: PortalError
    ) -> HttpResponse:
        """What was typed stays on the page when a colleague saved the entry meanwhile."""
        if not isinstance(error, Stale):
            return super().verb_failed(request, verb, subject, form, error)
        form.add_error(None, str(error.message))
        return self.verb_page(request, verb, subject, form, status=error.status)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: FormatGuide) -> HttpResponse:
        return redirect("admin:evidence_formatguide_changelist")
