"""Quarterly updates in the staff site: the list, the editor of a draft, its preview and its publication."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.forms import ServiceForm
from apps.program.models import QuarterlyUpdate
from apps.program.policies import can_manage_program, can_read_program
from apps.program.quarters import Quarter
from apps.program.services import discard_update, draft_correction, publish_update, save_update
from apps.program.states import UpdateState
from apps.program.updates import ShownUpdate, get_update_for, published_quarters, shown, viewable_updates
from apps.staff.program.pages import staff


class UpdateForm(ServiceForm):
    """The words of an update in each language. There is no field for a figure."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, update: QuarterlyUpdate, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._measures = [figure.measure for figure in shown(update, "en").figures if not figure.part]
        for code, name in settings.LANGUAGES:
            self._text(f"intro_{code}", gettext_lazy("Introduction"), 5, name)
            self._text(f"changes_{code}", gettext_lazy("What changed since the version before"), 3, name)
            for measure in self._measures:
                self._text(f"note_{measure.key}_{code}", measure.title, 2, name)

    def _text(self, field: str, label: Any, rows: int, language: str) -> None:
        self.fields[field] = forms.CharField(
            label=f"{label} ({language})", required=False, widget=forms.Textarea(attrs={"rows": rows})
        )

    def words(self, field: str) -> dict[str, str]:
        """One text by language."""
        return {code: self.cleaned_data.get(f"{field}_{code}", "") for code, _name in settings.LANGUAGES}

    @property
    def notes(self) -> dict[str, dict[str, str]]:
        return {measure.key: self.words(f"note_{measure.key}") for measure in self._measures}

    def note_fields(self) -> list[tuple[Any, list[Any]]]:
        """For each measure its title and its fields, for the page."""
        codes = [code for code, _name in settings.LANGUAGES]
        return [(measure.title, [self[f"note_{measure.key}_{code}"] for code in codes]) for measure in self._measures]

    def text_fields(self, *, correction: bool) -> list[Any]:
        """The introduction, and of a correction what changed."""
        names = ["changes", "intro"] if correction else ["intro"]
        return [self[f"{name}_{code}"] for name in names for code, _language in settings.LANGUAGES]


def updates(request: HttpRequest) -> HttpResponse:
    """Every update: drafts, and what is published with its versions."""
    user = staff(request)
    if not can_read_program(user):
        raise NotAllowed(_("The program's figures are for program managers, supervisors and auditors."), code="role")
    kept = viewable_updates(user).exclude(state=UpdateState.DISCARDED).select_related("published_by")
    rows = list(kept.order_by("-year", "-quarter", F("number").desc(nulls_first=True)))
    drafts = {(row.year, row.quarter) for row in rows if row.state == UpdateState.DRAFT}
    context = {
        "title": _("Quarterly updates"),
        "rows": [(row, Quarter(row.year, row.quarter)) for row in rows],
        "correctable": [quarter for quarter in published_quarters() if (quarter.year, quarter.number) not in drafts],
        "may_write": can_manage_program(user),
    }
    return _answer(request, "admin/program/updates.html", context)


def correct(request: HttpRequest) -> HttpResponse:
    """Begin a correction of the quarter that the form names."""
    given = request.POST.get("quarter", "")
    wanted = next((one for one in published_quarters() if one.slug == given), None)
    quarter = wanted or Quarter(1, 1)  # no quarter of ours: the service says so
    return _to(draft_correction(quarter=quarter, user=staff(request)))


def update_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A draft to write, for a program manager; everything else to read."""
    return _show(request, get_update_for(staff(request), public_id))


def save(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep the words; or, with the button “Preview”, show what is typed and keep nothing."""
    update = get_update_for(staff(request), public_id)
    form = UpdateForm(update, request.POST)
    if not form.is_valid():
        return _show(request, update, form, status=422)
    if "preview" in request.POST:
        typed = QuarterlyUpdate(year=update.year, quarter=update.quarter, number=update.number, figures=update.figures)
        typed.intro, typed.changes, typed.notes = form.words("intro"), form.words("changes"), form.notes
        return _show(request, update, form, previews=_in_each_language(typed))
    try:
        save_update(
            update=update,
            read=form.cleaned_data["version"],
            intro=form.words("intro"),
            changes=form.words("changes"),
            notes=form.notes,
            user=staff(request),
        )
    except InvalidInput as error:
        form.refuse(error)
        return _show(request, update, form, status=422)
    except Stale as error:
        # What was typed stays; saving it again is then a choice, made beside what the colleague wrote.
        update.refresh_from_db()
        again = UpdateForm(update, initial={**form.cleaned_data, "version": update.version})
        theirs = _in_each_language(update)
        return _show(request, update, again, status=409, refusal=str(error.message), theirs=theirs)
    messages.success(request, _("Saved. Nothing is public until you publish it."))
    return _to(update)


def publish(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the saved draft to everybody."""
    update = get_update_for(staff(request), public_id)
    try:
        publish_update(update=update, read=_version(request), user=staff(request))
    except InvalidInput as error:
        form = UpdateForm(update, _stored(update))
        form.is_valid()
        form.refuse(error)
        return _show(request, update, form, status=422)
    messages.success(request, _("Published. Everybody can read it now."))
    return _to(update)


def discard(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Throw the draft away."""
    update = get_update_for(staff(request), public_id)
    discard_update(update=update, read=_version(request), user=staff(request))
    messages.success(request, _("The draft was thrown away."))
    return redirect("admin:program_updates")


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def _to(update: QuarterlyUpdate) -> HttpResponse:
    return redirect("admin:program_update", update.public_id)


def _stored(update: QuarterlyUpdate) -> dict[str, Any]:
    """The draft's words as the form names them."""
    words: dict[str, Any] = {"version": update.version}
    for code, _name in settings.LANGUAGES:
        words[f"intro_{code}"] = update.intro.get(code, "")
        words[f"changes_{code}"] = update.changes.get(code, "")
        words |= {f"note_{key}_{code}": said.get(code, "") for key, said in update.notes.items()}
    return words


def _in_each_language(update: QuarterlyUpdate) -> list[ShownUpdate]:
    """As the public reads it, in each language."""
    return [shown(update, code) for code, _name in settings.LANGUAGES]


def _show(
    request: HttpRequest, update: QuarterlyUpdate, form: UpdateForm | None = None, *, status: int = 200, **more: Any
) -> HttpResponse:
    quarter = Quarter(update.year, update.quarter)
    context: dict[str, Any] = {"update": update, "title": quarter.in_words, "quarter": quarter, **more}
    if update.state == UpdateState.DRAFT and can_manage_program(request.user):
        form = form or UpdateForm(update, initial=_stored(update))
        correction = update.number is None and quarter in published_quarters()
        context |= {
            "form": form,
            "texts": form.text_fields(correction=correction),
            "notes": form.note_fields(),
            "figures_only": replace(shown(update, translation.get_language() or "en"), intro="", changes="", notes={}),
        }
        return _answer(request, "admin/program/update_editor.html", context, status=status)
    return _answer(request, "admin/program/update.html", {**context, "shown": _in_each_language(update)}, status=status)


def _answer(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    frame = {**admin.site.each_context(request), **context}
    response = TemplateResponse(request, template, frame, status=status)
    response["Cache-Control"] = "no-store"
    return response
