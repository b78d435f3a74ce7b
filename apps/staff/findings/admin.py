"""What the portal noticed: the list, one finding, and the button by which a person acknowledges it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.agencies.findings import acknowledge_finding, viewable_findings
from apps.agencies.models import Agency, Case
from apps.cameras.services import cameras_looked_at, partners_to_tell, tell_owners_of_looks
from apps.core.admin import View
from apps.core.errors import NotFound
from apps.core.forms import ServiceForm
from apps.findings.models import Finding
from apps.findings.services import NOTE_MAX, NOTE_MIN
from apps.staff.verbs import Verb, VerbScreen


class AcknowledgeForm(ServiceForm):
    """What was done about it."""

    note = forms.CharField(
        label=gettext_lazy("What did you find out, and what was done?"),
        help_text=gettext_lazy("Only those who look after findings read this."),
        min_length=NOTE_MIN,
        max_length=NOTE_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class StandingFilter(admin.SimpleListFilter):
    """Open ones first: they are what the list is for."""

    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("acknowledged", gettext_lazy("Acknowledged")), ("all", gettext_lazy("All"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield {**first, "display": pgettext("finding", "Open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        return queryset.filter(acknowledged_at__isnull=self.value() != "acknowledged")


@admin.register(Finding)
class FindingAdmin(VerbScreen):
    """The newest first. Only who looks after findings sees the list, and acknowledges each with a note."""

    viewable = staticmethod(viewable_findings)
    empty_words = gettext_lazy("The portal found nothing that a person has to look at.")
    change_list_template = "admin/findings/list.html"
    list_display = ("title_of", "times", "first_at", "last_at", "standing")
    list_display_links = ("title_of",)
    list_filter = (StandingFilter,)
    ordering = ("-last_at", "-pk")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(
            name="acknowledge",
            form=AcknowledgeForm,
            service=acknowledge_finding,
            done=gettext_lazy("Acknowledged. If it happens again, it appears here again."),
        ),
        Verb(
            name="tell_owners",
            service=tell_owners_of_looks,
            done=gettext_lazy("The letters to the owners are on their way."),
            guard=recent_proof_required,
        ),
    )

    @admin.display(description=gettext_lazy("what"), ordering="kind")
    def title_of(self, finding: Finding) -> Any:
        return finding.title

    @admin.display(description=gettext_lazy("standing"), ordering="acknowledged_at")
    def standing(self, finding: Finding) -> str:
        return _("acknowledged") if finding.acknowledged_at else _("open")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": _("What the portal noticed"), **(extra_context or {})})

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", self.changelist_view),
            "<uuid:public_id>/": ("change", require_safe(self.finding_view)),
        }

    def finding_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One finding: what it is about, how often, what to do."""
        return self._page(request, self._finding(request, public_id), AcknowledgeForm(auto_id="acknowledge_%s"))

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Finding:
        return self._finding(request, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Finding, given: dict[str, Any]
    ) -> dict[str, Any]:
        return {"finding": subject, "by": cast(User, request.user), **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Finding, form: ServiceForm) -> HttpResponse:
        return self._page(request, subject, form, status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Finding) -> HttpResponse:
        if verb.name == "tell_owners":
            return redirect("admin:findings_finding_change", subject.public_id)
        return redirect("admin:findings_finding_changelist")

    def _finding(self, request: HttpRequest, public_id: UUID) -> Finding:
        found = viewable_findings(cast(User, request.user)).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such finding."))
        return found

    def _page(self, request: HttpRequest, finding: Finding, form: ServiceForm, *, status: int = 200) -> HttpResponse:
        context = {
            "finding": finding,
            "about": about(finding),
            "facts": [(name.replace("_", " "), value) for name, value in sorted(finding.facts.items())],
            "agency": Agency.objects.filter(public_id=finding.agency).first() if finding.agency else None,
            "acknowledged_by": _person(finding.acknowledged_by),
            "cameras_seen": cameras_looked_at(finding).count(),
            "partners_to_tell": partners_to_tell(finding),
            "is_oneself": finding.about_id == str(cast(User, request.user).public_id),
            "form": form,
        }
        return self.page(request, "admin/findings/finding.html", title=finding.title, status=status, **context)


def about(finding: Finding) -> dict[str, str]:
    """What the finding is about, as a person reads it, and the page that tells more."""
    entries = f"{reverse('admin:ledger_entry_changelist')}?q={finding.about_id}"
    if finding.about_kind == "user" and (person := _person(finding.about_id)):
        return {
            "name": f"{person} ({person.email})",
            "address": reverse("admin:accounts_user_change", args=[finding.about_id]),
        }
    if finding.about_kind == "case" and (case := Case.objects.filter(public_id=finding.about_id).first()):
        return {"name": _("Case %(number)s") % {"number": case.number}, "address": entries}
    return {"name": f"{finding.about_kind} {finding.about_id}".strip(), "address": entries if finding.about_id else ""}


def _person(public_id: str) -> User | None:
    try:
        return User.objects.filter(public_id=public_id).first() if public_id else None
    except ValidationError:
        return None
