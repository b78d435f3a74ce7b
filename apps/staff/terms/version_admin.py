"""Versions of the terms: to read, to write as a draft, to publish with notice, to withdraw before their day."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.core.errors import InvalidInput, NotAllowed, Stale
from apps.core.forms import ServiceForm
from apps.staff.terms.forms import DraftForm, PublishForm, StartForm, WithdrawForm
from apps.staff.verbs import Verb
from apps.staff.versions import VersionScreen
from apps.terms import policies, selectors
from apps.terms.comparison import compare
from apps.terms.dates import earliest_effective_on
from apps.terms.impact import impact_of
from apps.terms.models import Acceptance, TermsNotice, TermsVersion
from apps.terms.services import change_draft, draft_terms, publish_draft, withdraw_terms
from apps.terms.states import TermsKind, TermsState


@admin.register(TermsVersion)
class TermsVersionAdmin(VersionScreen):
    """Versions of both documents. Partners are told of each one that is published or withdrawn."""

    viewable = staticmethod(policies.viewable_versions)
    change_list_template = "admin/terms/list.html"
    list_display = ("title", "state", "material", "effective_at", "in_force_at")
    list_filter = ("kind", "state")
    verbs = (
        Verb(name="draft", form=StartForm, service=draft_terms, creates=True),
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

    def save_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Keep the draft; or, with the button “Preview”, show what is typed and keep nothing."""
        version, user = self.find(request, public_id), cast(User, request.user)
        form = DraftForm(request.POST)
        if not form.is_valid():
            return self.show(request, version, form=form, status=422)
        summary, text = form.words("summary"), form.words("text")
        if "preview" in request.POST:
            return self.show(request, version, form=form, previews=_previews(summary, text, version))
        try:
            change_draft(
                version=version,
                read=form.cleaned_data["version"],
                summary=summary,
                full_text=text,
                user=user,
            )
        except InvalidInput as error:
            form.refuse(error)
            return self.show(request, version, form=form, status=422)
        except Stale as error:
            # What was typed stays; saving it again is then a choice, made beside what the other wrote.
            version.refresh_from_db()
            again = DraftForm(initial={**form.cleaned_data, "version": version.version})
            theirs = [(code, compare(version.text.get(code, ""), text[code])) for code, _name in settings.LANGUAGES]
            return self.show(request, version, form=again, refusal=str(error.message), theirs=theirs, status=409)
        messages.success(request, _("Saved. Nothing changes for partners until you publish it."))
        return self.address_of(version)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: TermsVersion | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        if subject is None:
            return {**given, "user": user}
        read = {"read": given["version"]} if verb.name == "publish" else {}
        return {**given, **read, "version": subject, "user": user}

    def verb_initial(self, verb: Verb, subject: TermsVersion) -> dict[str, Any]:
        return {"version": subject.version, "effective_on": earliest_effective_on(subject.kind, material=True)}

    def verb_page(
        self, request: HttpRequest, verb: Verb, subject: TermsVersion, form: ServiceForm, *, status: int = 200
    ) -> HttpResponse:
        """Show first who would fall silent. Who publishes then has just said again who they are."""
        if not policies.can_publish_terms(cast(User, request.user)):
            raise NotAllowed(_("Only a program manager publishes terms."), code="role")
        if request.method != "POST" and subject.state != TermsState.DRAFT:
            return self.address_of(subject)
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

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: TermsVersion | None, form: ServiceForm
    ) -> HttpResponse:
        if subject is None:
            messages.error(request, _("Choose which document you want to change."))
            return self.address_of()
        if verb.page:
            return self.verb_page(request, verb, subject, form, status=422)
        return self.show(request, subject, withdraw_form=form, status=422)

    def verb_words(self, verb: Verb, subject: TermsVersion) -> Any:
        thrown_away = verb.name == "withdraw" and subject.state == TermsState.DRAFT
        return _("The draft was thrown away.") if thrown_away else verb.done

    def verb_done(self, request: HttpRequest, verb: Verb, subject: TermsVersion) -> HttpResponse:
        return self.address_of(None if verb.name == "withdraw" else subject)

    def find(self, request: HttpRequest, public_id: UUID) -> TermsVersion:
        return selectors.get_version_for(cast(User, request.user), public_id)

    def show(self, request: HttpRequest, version: TermsVersion, **more: Any) -> HttpResponse:
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

    def _shown(self, request: HttpRequest, version: TermsVersion, template: str, **more: Any) -> HttpResponse:
        before = selectors.version_before(version)
        context = {
            "title": title_of(version),
            "version": version,
            "before": before,
            "shown": [selectors.shown_terms(version, code, since=before) for code, _name in settings.LANGUAGES],
            "may_write": policies.can_publish_terms(request.user),
            "withdraw_form": WithdrawForm(initial={"version": version.version}),
            **more,
        }
        return self.page(request, template, **context)


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
