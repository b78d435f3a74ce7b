"""Dispositions: the list, and the page on which a second custodian decides."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.core.admin import View
from apps.core.errors import InvalidInput, PortalError
from apps.core.forms import ServiceForm
from apps.evidence.models import EvidenceItem, ObjectRemoval
from apps.evidence.selectors import get_item_for
from apps.retention import policies, services
from apps.retention.models import Disposition
from apps.retention.obstacles import obstacles_of, words_of
from apps.retention.selectors import get_disposition_for
from apps.retention.states import DisposalState
from apps.staff.lists.filters import AgencyFilter
from apps.staff.retention.forms import ReasonForm
from apps.staff.verbs import Verb, VerbScreen


@admin.register(Disposition)
class DispositionAdmin(VerbScreen):
    """Custodians propose and decide; auditors read."""

    viewable = staticmethod(policies.viewable_dispositions)
    empty_words = gettext_lazy("Nothing was disposed of. You propose it on the page of an item whose time is over.")
    list_display = ("case_number", "title", "series", "state", "proposed_by", "decided_by", "decided_at")
    list_filter = ("state", AgencyFilter)
    list_select_related = ("item__submission__case", "proposed_by", "decided_by", "agency")
    search_fields = ("item__submission__case__number__iexact", "item__digest__startswith")
    search_help_text = gettext_lazy("Case number, or the beginning of a digest")
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(
            name="propose",
            below="items/",
            form=ReasonForm,
            service=services.propose_disposition,
            done=gettext_lazy("Proposed. Another records custodian has to approve it."),
        ),
        Verb(
            name="approve",
            service=services.approve_disposition,
            done=gettext_lazy("Disposed of. The portal keeps the digest and the custody, and removes the bytes."),
            guard=recent_proof_required,
        ),
        Verb(
            name="refuse",
            form=ReasonForm,
            service=services.refuse_disposition,
            done=gettext_lazy("The item stays."),
        ),
    )

    @admin.display(description=gettext_lazy("case"), ordering="item__submission__case__number")
    def case_number(self, disposition: Disposition) -> str:
        return disposition.item.submission.case.number

    def pages(self) -> dict[str, tuple[str, View]]:
        return {"": ("changelist", self.changelist_view), "<uuid:public_id>/": ("change", self.disposition_view)}

    def disposition_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Which item goes under which rule, and to a second custodian the two buttons."""
        return self._page(request, get_disposition_for(request.user, public_id), ReasonForm(auto_id="refuse_%s"))

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> EvidenceItem | Disposition:
        return get_item_for(request.user, public_id) if verb.below else get_disposition_for(request.user, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: EvidenceItem | Disposition, given: dict[str, Any]
    ) -> dict[str, Any]:
        noun = "item" if isinstance(subject, EvidenceItem) else "disposition"
        return {noun: subject, "user": cast(User, request.user), **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        if isinstance(subject, EvidenceItem):
            raise InvalidInput(_("Please say why, in a few words."))
        return self._page(request, subject, form, status=422)

    def verb_failed(
        self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm, error: PortalError
    ) -> HttpResponse:
        if isinstance(subject, EvidenceItem):
            raise error
        return super().verb_failed(request, verb, subject, form, error)

    def verb_answer(self, request: HttpRequest, verb: Verb, subject: Any, made: Any) -> HttpResponse:
        return super().verb_answer(request, verb, made, made)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Disposition) -> HttpResponse:
        return redirect("admin:retention_disposition_change", subject.public_id)

    def _page(
        self, request: HttpRequest, disposition: Disposition, form: ServiceForm, *, status: int = 200
    ) -> HttpResponse:
        waits = disposition.state == DisposalState.PROPOSED
        item = disposition.item
        title = _("Disposition, case %(case)s") % {"case": item.submission.case.number}
        return self.page(
            request,
            "admin/retention/disposition.html",
            title=title,
            status=status,
            disposition=disposition,
            removal=ObjectRemoval.objects.filter(item=item).first(),
            reasons=words_of(obstacles_of([item])[item.pk]) if waits else [],
            may_decide=waits and policies.can_dispose_for(request.user, disposition.agency),
            is_own=disposition.proposed_by_id == cast(User, request.user).pk,
            form=form,
        )
