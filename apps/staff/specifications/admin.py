"""Versions of the installation specification: to read, to write as a draft, to put in force."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.cameras import conformance
from apps.cameras.services import retry_evaluation
from apps.core.admin import View
from apps.core.errors import InvalidInput, NotFound, Stale
from apps.core.forms import ServiceForm
from apps.specifications import policies, selectors
from apps.specifications.models import Specification
from apps.specifications.rules import RULES
from apps.specifications.services import discard_draft, publish_draft, save_draft, start_draft
from apps.specifications.states import SpecificationState
from apps.staff.cameras.acting import manager_actor
from apps.staff.specifications.editor import RuleRows, checks_in, refuse, rows_for
from apps.staff.verbs import Verb
from apps.staff.versions import VersionScreen


class VersionForm(ServiceForm):
    """The version of the draft that was on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@admin.register(Specification)
class SpecificationAdmin(VersionScreen):
    """Versions of the specification. Cameras are judged again by the one that comes into force."""

    viewable = staticmethod(policies.viewable_specifications)
    change_list_template = "admin/specifications/list.html"
    list_display = ("title", "state", "in_force_at", "rules")
    verbs = (
        Verb(name="draft", service=start_draft, creates=True),
        Verb(name="discard", form=VersionForm, service=discard_draft, done=gettext_lazy("The draft was thrown away.")),
        Verb(
            name="publish",
            form=VersionForm,
            service=publish_draft,
            done=gettext_lazy("It is in force. All cameras are being judged again."),
            guard=recent_proof_required,
            page=True,
        ),
        Verb(name="retry", service=retry_evaluation, done=gettext_lazy("It is being tried again.")),
    )

    @admin.display(description=gettext_lazy("version"))
    def title(self, specification: Specification) -> str:
        return _title(specification)

    @admin.display(description=gettext_lazy("checks"))
    def rules(self, specification: Specification) -> str:
        return str(len(specification.checks))

    def pages(self) -> dict[str, tuple[str, View]]:
        return {**super().pages(), "<uuid:public_id>/progress/": ("progress", require_safe(self.progress_view))}

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        user = cast(User, request.user)
        more = {"may_write": policies.can_write_specifications(user), "draft": selectors.get_draft_for(user)}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def save_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Keep the draft, or count only what it would do (the button “Count again”)."""
        specification, user = self.find(request, public_id), cast(User, request.user)
        form, rows = VersionForm(request.POST), rows_for(specification.checks, request.POST)
        checks = checks_in(rows)
        if checks is None or not form.is_valid():
            return self.show(request, specification, rows=rows, status=422)
        if "count" in request.POST and policies.can_write_specifications(user):
            return self.show(request, specification, rows=rows, unsaved=checks)
        try:
            save_draft(
                draft=specification,
                version=form.cleaned_data["version"],
                checks=checks,
                user=user,
            )
        except InvalidInput as error:
            refuse(rows, error)
            return self.show(request, specification, rows=rows, refusal=str(error.message), status=422)
        except Stale as error:
            # What was typed stays in the form; saving it again is then a choice, made beside what the other wrote.
            theirs = selectors.changes_between(specification.checks, checks)
            return self.show(
                request, specification, rows=rows, refusal=str(error.message), theirs=theirs, unsaved=checks, status=409
            )
        messages.success(request, _("Saved. Nothing changes for cameras until you put it in force."))
        return self.address_of(specification)

    def progress_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """How far the judging of all cameras is, for the page's script."""
        evaluation = conformance.evaluation_of(self.find(request, public_id))
        if evaluation is None:
            raise NotFound(_("There is no such specification."))
        response = JsonResponse(conformance.progress_of(evaluation))
        response["Cache-Control"] = "no-store"
        return response

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Specification | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        if subject is None:
            return {"user": user}
        if verb.name != "retry":
            return {"draft": subject, "user": user, **given}
        evaluation = conformance.evaluation_of(subject)
        if evaluation is None:
            raise NotFound(_("There is no such specification."))
        return {"evaluation": evaluation, "user": user, "actor": manager_actor(user)}

    def verb_page(self, request: HttpRequest, verb: Verb, subject: Specification, form: ServiceForm) -> HttpResponse:
        """Show once more what the draft does. Who puts it in force has just said again who they are."""
        user = cast(User, request.user)
        if subject.state != SpecificationState.DRAFT or not policies.can_write_specifications(user):
            return self.address_of(subject)
        return self._shown(request, subject, "admin/specifications/publish.html", _("Put it in force"))

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Specification, form: ServiceForm) -> HttpResponse:
        return self.show(request, subject, status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Specification) -> HttpResponse:
        return self.address_of(None if verb.name == "discard" else subject)

    def find(self, request: HttpRequest, public_id: UUID) -> Specification:
        return selectors.get_specification_for(cast(User, request.user), public_id)

    def show(
        self, request: HttpRequest, version: Specification, *, rows: list[RuleRows] | None = None, **more: Any
    ) -> HttpResponse:
        is_draft = version.state == SpecificationState.DRAFT
        if not is_draft or not policies.can_write_specifications(cast(User, request.user)):
            return self._shown(request, version, "admin/specifications/version.html", _title(version))
        version.refresh_from_db()
        more = {"rows": rows or rows_for(version.checks), **more}
        return self._shown(request, version, "admin/specifications/editor.html", _title(version), **more)

    def _shown(
        self, request: HttpRequest, specification: Specification, template: str, title: str, **more: Any
    ) -> HttpResponse:
        before = selectors.version_before(specification)
        checks = more.get("unsaved") or specification.checks
        is_draft = specification.state == SpecificationState.DRAFT
        evaluation = conformance.evaluation_of(specification)
        asked = [(one, RULES[one["rule"]]) for one in specification.checks]
        context = {
            "specification": specification,
            "before": before,
            "changes": selectors.changes_between(before.checks if before else [], checks),
            "checks": [{**one, "label": rule, "limit": selectors.limit_in_words(rule, one)} for one, rule in asked],
            "preview": conformance.preview_of(checks) if is_draft else None,
            "present": conformance.preview_of(before.checks) if is_draft and before else None,
            "evaluation": evaluation,
            "progress": conformance.progress_of(evaluation) if evaluation else None,
            "languages": selectors.languages(),
            "may_write": policies.can_write_specifications(cast(User, request.user)),
            **more,
        }
        return self.page(request, template, title=title, **context)


def _title(specification: Specification) -> str:
    if specification.number is None:
        return str(specification.get_state_display()).capitalize()
    return _("Specification %(number)d") % {"number": specification.number}
