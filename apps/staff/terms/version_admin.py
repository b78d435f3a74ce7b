"""Versions of the terms: to read, to write as a draft, to publish with notice, to withdraw before their day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import admin, messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.staff.partners.admin import ProgramAdmin
from apps.staff.terms.forms import DraftForm, PublishForm, WithdrawForm
from apps.staff.verbs import Verb, VerbScreen, refuse
from apps.terms import policies, selectors
from apps.terms.comparison import compare
from apps.terms.dates import earliest_effective_on
from apps.terms.impact import impact_of
from apps.terms.models import Acceptance, TermsNotice, TermsVersion
from apps.terms.services import change_draft, draft_terms, publish_draft, withdraw_terms
from apps.terms.states import TermsKind, TermsState


@admin.register(TermsVersion)
class TermsVersionAdmin(ProgramAdmin, VerbScreen):
    """Versions of both documents, the newest first. A program manager writes the next one; an auditor reads."""

    viewable = staticmethod(policies.viewable_versions)
    change_list_template = "admin/terms/list.html"
    list_display = ("title", "state", "material", "effective_at", "in_force_at")
    list_display_links = ("title",)
    list_filter = ("kind", "state")
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(
            name="publish",
            form=PublishForm,
            service=publish_draft,
            done=gettext_lazy("Published. Partners are being told."),
            guard=recent_proof_required,
            page=True,
        ),
        Verb(
            name="withdraw",
            form=WithdrawForm,
            service=withdraw_terms,
            done=gettext_lazy("Withdrawn. Partners are told."),
            guard=recent_proof_required,
        ),
    )

    @admin.display(description=gettext_lazy("version"))
    def title(self, version: TermsVersion) -> str:
        return title_of(version)

    def get_urls(self) -> list[URLPattern]:
        one = "<uuid:public_id>/"
        pages: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "": ("changelist", self.changelist_view),
            "draft/": ("draft", require_POST(self.draft_view)),
            one: ("change", require_safe(self.version_view)),
            f"{one}save/": ("save", require_POST(self.save_view)),
        }
        guarded = self.admin_site.admin_view
        own = [path(route, guarded(view), name=f"terms_termsversion_{name}") for route, (name, view) in pages.items()]
        return [*own, *self.verb_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        drafts = {
            draft.kind: draft
            for draft in policies.viewable_versions(cast(User, request.user)).filter(state=TermsState.DRAFT)
        }
        more = {
            "may_write": policies.can_publish_terms(request.user),
            "documents": [(kind.value, kind.label, drafts.get(kind)) for kind in TermsKind],
            "request_key": uuid4(),
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        """Begin the next version of a document, or go on with its draft."""
        user = cast(User, request.user)
        try:
            key = UUID(request.POST.get("request_key", ""))
        except ValueError:
            key = None
        version = draft_terms(kind=request.POST.get("kind", ""), user=user, request_key=key)
        return _to(version)

    def version_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """A draft to write, for a program manager; everything else to read."""
        return self._page(request, self._found(request, public_id))

    def save_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Keep the draft; or, with the button “Preview”, show what is typed and keep nothing."""
        version, user = self._found(request, public_id), cast(User, request.user)
        form = DraftForm(request.POST)
        if not form.is_valid():
            return self._page(request, version, form=form, status=422)
        summary, text = form.words("summary"), form.words("text")
        if "preview" in request.POST:
            return self._page(request, version, form=form, previews=_previews(summary, text, version))
        try:
            change_draft(
                version=version,
                read=form.cleaned_data["version"],
                summary=summary,
                full_text=text,
                user=user,
            )
        except InvalidInput as error:
            refuse(form, error)
            return self._page(request, version, form=form, status=422)
        except Stale as error:
            # What was typed stays; saving it again is then a choice, made beside what the other wrote.
            version.refresh_from_db()
            again = DraftForm(initial={**form.cleaned_data, "version": version.version})
            theirs = [(code, compare(version.text.get(code, ""), text[code])) for code, _name in settings.LANGUAGES]
            return self._page(request, version, form=again, refusal=str(error.message), theirs=theirs, status=409)
        messages.success(request, _("Saved. Nothing changes for partners until you publish it."))
        return _to(version)

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> TermsVersion:
        return self._found(request, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: TermsVersion, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        read = {"read": given["version"]} if verb.name == "publish" else {}
        return {**given, **read, "version": subject, "user": user}

    def verb_initial(self, verb: Verb, subject: TermsVersion) -> dict[str, Any]:
        return {"version": subject.version, "effective_on": earliest_effective_on(subject.kind, material=True)}

    def verb_page(
        self, request: HttpRequest, verb: Verb, subject: TermsVersion, form: Form, *, status: int = 200
    ) -> HttpResponse:
        """Show first who would fall silent. Who publishes then has just said again who they are."""
        if not policies.can_publish_terms(cast(User, request.user)):
            raise NotAllowed(_("Only a program manager publishes terms."), code="role")
        if request.method != "POST" and subject.state != TermsState.DRAFT:
            return _to(subject)
        context = {
            "form": form,
            "earliest": {
                "material": earliest_effective_on(subject.kind, material=True),
                "other": earliest_effective_on(subject.kind, material=False),
            },
            "first": selectors.version_before(subject) is None,
            "silent": impact_of(selectors.would_fall_silent(subject)),
            "title": _("Publish: %(title)s") % {"title": title_of(subject)},
        }
        return self._shown(request, subject, "admin/terms/publish.html", status=status, **context)

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: TermsVersion, form: Form) -> HttpResponse:
        if verb.page:
            return self.verb_page(request, verb, subject, form, status=422)
        return self._page(request, subject, withdraw_form=form, status=422)

    def verb_words(self, verb: Verb, subject: TermsVersion) -> Any:
        thrown_away = verb.name == "withdraw" and subject.state == TermsState.DRAFT
        return _("The draft was thrown away.") if thrown_away else verb.done

    def verb_done(self, request: HttpRequest, verb: Verb, subject: TermsVersion) -> HttpResponse:
        return _to(subject) if verb.name == "publish" else redirect("admin:terms_termsversion_changelist")

    def _found(self, request: HttpRequest, public_id: UUID) -> TermsVersion:
        return selectors.get_version_for(cast(User, request.user), public_id)

    def _page(self, request: HttpRequest, version: TermsVersion, **more: Any) -> HttpResponse:
        is_written = version.state == TermsState.DRAFT and policies.can_publish_terms(request.user)
        if is_written:
            more = {"form": DraftForm(initial=_initial(version)), **more}
            more["pairs"] = [
                (code, name, more["form"][f"summary_{code}"], more["form"][f"text_{code}"])
                for code, name in settings.LANGUAGES
            ]
            return self._shown(request, version, "admin/terms/editor.html", **more)
        if version.state == TermsState.PUBLISHED:
            more["silent"] = impact_of(selectors.would_fall_silent(version))
            more["notices"] = TermsNotice.objects.filter(version=version).order_by("pk")
        more["accepted"] = Acceptance.objects.filter(version=version).count()
        return self._shown(request, version, "admin/terms/version.html", **more)

    def _shown(
        self, request: HttpRequest, version: TermsVersion, template: str, *, status: int = 200, **more: Any
    ) -> HttpResponse:
        before = selectors.version_before(version)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title_of(version),
            "version": version,
            "before": before,
            "shown": [selectors.shown_terms(version, code, since=before) for code, _name in settings.LANGUAGES],
            "may_write": policies.can_publish_terms(request.user),
            "withdraw_form": WithdrawForm(initial={"version": version.version}),
            **more,
        }
        response = TemplateResponse(request, template, context, status=status)
        response["Cache-Control"] = "no-store"
        return response


def title_of(version: TermsVersion) -> str:
    """The document and its number, for a heading."""
    name = capfirst(version.get_kind_display())
    if version.number is None:
        return _("%(name)s, %(state)s") % {"name": name, "state": version.get_state_display()}
    return _("%(name)s, version %(number)s") % {"name": name, "number": version.number}


def _initial(version: TermsVersion) -> dict[str, Any]:
    return {"version": version.version} | {
        f"{field}_{code}": words.get(code, "")
        for field, words in (("summary", version.summary), ("text", version.text))
        for code, _name in settings.LANGUAGES
    }


def _previews(summary: dict[str, str], text: dict[str, str], version: TermsVersion) -> list[selectors.ShownTerms]:
    """What a partner would read, of words that are not saved."""
    typed = TermsVersion(kind=version.kind, summary=summary, text=text)
    before = selectors.version_before(version)
    return [selectors.shown_terms(typed, code, since=before) for code, _name in settings.LANGUAGES if text.get(code)]


def _to(version: TermsVersion) -> HttpResponse:
    return redirect("admin:terms_termsversion_change", public_id=version.public_id)
