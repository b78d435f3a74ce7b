"""The staff's screens of exports: the list, asking for one on a case, and the page of an export with its package."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.accounts.models import User
from apps.agencies.models import Case
from apps.agencies.policies import serves_in_several
from apps.cases.selectors import get_case_for
from apps.core.admin import View
from apps.core.errors import InvalidInput, NotAllowed
from apps.core.forms import ServiceForm
from apps.disclosure import export_policies as policies
from apps.disclosure.export_selectors import copies_in, files_of, get_export_for, items_of, items_to_offer, purpose_for
from apps.disclosure.export_states import ExportState, Problem, SecondReason
from apps.disclosure.models import Export
from apps.disclosure.services.export_asking import request_export
from apps.disclosure.services.export_deciding import approve_export, cancel_export, refuse_export, retry_export
from apps.disclosure.services.export_taking import is_held_back, open_package
from apps.evidence.policies import VIEWERS
from apps.ledger.checkpoints import verifier_key
from apps.staff.lists.filters import AgencyFilter
from apps.staff.packages.forms import RefuseForm, RequestForm
from apps.staff.packages.history import history_of
from apps.staff.purposes import PurposeScreen
from apps.staff.redaction.choosing import offered_rows
from apps.staff.verbs import Verb


@admin.register(Export)
class ExportAdmin(PurposeScreen):
    """Exports of one's agencies. A second person agrees where the files ask for it; each download is an access."""

    viewable = staticmethod(policies.viewable_exports)
    empty_words = gettext_lazy("Nothing was exported yet. Ask for an export on the page of a case.")
    list_display = ("code", "case_number", "state", "requested_by", "created_at", "expires_at")
    list_filter = ("state", AgencyFilter)
    list_select_related = ("case", "agency", "requested_by")
    search_fields = ("code__iexact", "case__number__iexact")
    search_help_text = gettext_lazy("Code of the export, or case number")
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(name="approve", service=approve_export, done=gettext_lazy("Approved. The package is being built.")),
        Verb(
            name="refuse", form=RefuseForm, service=refuse_export, done=gettext_lazy("Refused. Who asked is told why.")
        ),
        Verb(name="cancel", service=cancel_export, done=gettext_lazy("Cancelled. The package can no longer be taken.")),
        Verb(name="retry", service=retry_export, done=gettext_lazy("It is being tried again.")),
    )

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The agency is told to who serves in more than one."""
        columns = super().get_list_display(request)
        return [*columns, "agency"] if serves_in_several(request.user, *VIEWERS) else columns

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Likewise."""
        filters = list(super().get_list_filter(request))
        return filters if serves_in_several(request.user, *VIEWERS) else filters[:-1]

    @admin.display(description=gettext_lazy("case"), ordering="case__number")
    def case_number(self, export: Export) -> str:
        return export.case.number

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What is long is for the page of one export."""
        return super().get_queryset(request).defer("recipient", "reason", "decision_reason")

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", self.changelist_view),
            "<uuid:public_id>/": ("change", require_safe(self.export_view)),
            "<uuid:public_id>/download/": ("download", require_POST(self.download_view)),
            "case/<uuid:public_id>/": ("request", require_http_methods(["GET", "HEAD", "POST"])(self.request_view)),
        }

    # -- asking ------------------------------------------------------------------------------------------------------

    def request_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Ask for an export of files of a case. Whoever has not said yet why they need them says so first."""
        user, case = _staff(request), get_case_for(request.user, public_id)
        if not policies.can_request_export(user, case):
            raise NotAllowed(_("Your role does not include exports."), code="role")
        sent = request.POST if request.method == "POST" else None
        if purpose_for(user, case) is None:
            return self._ask_purpose(request, case, sent)
        offered = list(items_to_offer(user, case))
        form = RequestForm(sent, offered=offered)
        if sent is None:
            return self._request_page(request, case, form)
        if not form.is_valid():
            return self._request_page(request, case, form, status=422)
        given = {**form.cleaned_data, "items": [UUID(one) for one in form.cleaned_data["items"]]}
        try:
            export = request_export(user=user, case=case, **given)
        except InvalidInput as error:
            form.refuse(error)
            return self._request_page(request, case, form, status=422)
        return _to(export)

    def _ask_purpose(self, request: HttpRequest, case: Case, sent: Any) -> HttpResponse:
        form = self._form_of_case(_staff(request), case, sent)
        if sent is not None and form.is_valid() and form.open():
            return redirect("admin:disclosure_export_request", case.public_id)
        status = 200 if sent is None else 422
        return self._request_page(request, case, None, purpose_form=form, status=status)

    def _form_of_case(self, user: User, case: Case, data: Any = None) -> PurposeForm:
        return PurposeForm(user, AccessKind.FOOTAGE, data, agency=case.agency, case=case, auto_id="purpose_%s")

    def _request_page(
        self, request: HttpRequest, case: Case, form: RequestForm | None, *, status: int = 200, **given: Any
    ) -> HttpResponse:
        title = _("Export of case %(case)s") % {"case": case.number}
        context = {"case": case, "form": form, "rows": offered_rows(form) if form else [], **given}
        return self.page(request, "admin/disclosure/request.html", title=title, status=status, **context)

    # -- one export --------------------------------------------------------------------------------------------------

    def export_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One export: what leaves, for whom and why, how far it is, and what was done about it. No access by itself."""
        return self._page(request, get_export_for(request.user, public_id))

    def download_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Take the package: recorded for each item, then sent as an attachment."""
        user, export = _staff(request), get_export_for(request.user, public_id)
        purpose = purpose_for(user, export.case)
        if purpose is None:
            return _to(export)
        access = open_package(user=user, export=export, purpose=purpose, session_key=request.session.session_key)
        return redirect("evidence:package", token=access.token())

    def purpose_form(self, user: User, subject: Export, data: Any = None) -> PurposeForm:
        return self._form_of_case(user, subject.case, data)

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Export:
        return get_export_for(request.user, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Export, given: dict[str, Any]
    ) -> dict[str, Any]:
        return {"export": subject, "user": _staff(request), **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Export, form: ServiceForm) -> HttpResponse:
        return self._page(request, subject, status=422, **{f"{verb.name}_form": form})

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Export) -> HttpResponse:
        return _to(subject)

    def _page(self, request: HttpRequest, export: Export, *, status: int = 200, **given: Any) -> HttpResponse:
        user = _staff(request)
        may_take = export.state == ExportState.READY and policies.can_take_package(user, export)
        asks = may_take and purpose_for(user, export.case) is None
        may_cancel = policies.can_cancel_export(user, export)
        live = export.state in (ExportState.ASKED, ExportState.BUILDING, ExportState.STOPPED, ExportState.READY)
        copies = copies_in(export)
        context = {
            "export": export,
            "items": [(item, copies.get(item.pk)) for item in items_of(export)],
            "files": files_of(export),
            "reasons": [SecondReason(one).label for one in export.second_reasons],
            "problem": Problem(export.problem).label if export.problem else "",
            "percent": export.bytes_done * 100 // export.bytes_total if export.bytes_total else 0,
            "may_decide": export.state == ExportState.ASKED and policies.can_decide_export(user, export),
            "may_cancel": live and may_cancel,
            "may_retry": export.state == ExportState.STOPPED and may_cancel,
            "may_take": may_take,
            "held_back": may_take and is_held_back(export),
            "key": verifier_key(),
            "history": history_of(export),
            "refuse_form": RefuseForm(auto_id="refuse_%s"),
            "purpose_form": self.purpose_form(user, export) if asks else None,
            **given,
        }
        title = _("Export %(code)s") % {"code": export.code}
        return self.page(request, "admin/disclosure/export.html", title=title, status=status, **context)


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)


def _to(export: Export) -> HttpResponse:
    response = redirect(reverse("admin:disclosure_export_change", args=[export.public_id]))
    response.status_code = 303
    return response
