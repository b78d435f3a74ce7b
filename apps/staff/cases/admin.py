"""The staff's screens of cases: the list, one's own first, and the page of a case."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import Case as Choose
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.delays import delay_in_force
from apps.access.forms import PurposeForm
from apps.access.models import AccessKind, Purpose
from apps.access.policies import can_delay_telling
from apps.access.selectors import may_access
from apps.access.services import delay_telling, end_delay
from apps.accounts.models import User
from apps.agencies.maps import map_config
from apps.agencies.models import Case
from apps.agencies.policies import has_role, serves_in_several, viewable_cases
from apps.canvass.policies import can_begin_canvass
from apps.cases.models import CaseNote
from apps.cases.policies import can_write_on
from apps.cases.selectors import get_case_for, get_note_for
from apps.cases.services import add_note, change_note, set_cad_number, set_rms_number
from apps.core.admin import View
from apps.core.errors import NotAllowed
from apps.core.forms import ServiceForm
from apps.core.paging import page_of
from apps.disclosure.export_policies import can_request_export
from apps.evidence.given_again import given_again_to_each
from apps.evidence.models import CaseHold, EvidenceItem
from apps.evidence.policies import PLAYERS, can_hold_case, can_take_at_scene, open_to
from apps.evidence.services import holds
from apps.evidence.services.footage_access import open_posters
from apps.footage_requests.approved_reach import with_approval
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.policies import may_begin
from apps.footage_requests.states import RequestState
from apps.sharing.policies import can_give
from apps.staff.cases import desk_marks
from apps.staff.cases.desk import desk_view
from apps.staff.cases.export import may_export, timeline_view
from apps.staff.cases.forms import CadNumberForm, ChangedNoteForm, DelayForm, NoteForm, RmsNumberForm
from apps.staff.cases.page import PICTURES, CasePage, page_of_case
from apps.staff.cases.story import story_view
from apps.staff.cases.timeline import entries_about, lines_of
from apps.staff.evidence.forms import HoldAgainForm, HoldForm, LiftForm
from apps.staff.lists.filters import AgencyFilter
from apps.staff.purposes import PurposeScreen
from apps.staff.verbs import Verb

Subject = Case | CaseNote | CaseHold

NOTHING_APPROVED, SOMETHING_APPROVED = (
    gettext_lazy("nobody approved anything"),
    gettext_lazy("approved by a supervisor"),
)


class ApprovalFilter(admin.SimpleListFilter):
    """Cases that somebody approved something for, and the others: an auditor looks at these."""

    title = gettext_lazy("approval")
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", NOTHING_APPROVED), ("some", SOMETHING_APPROVED)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(approved=self.value() == "some") if self.value() else queryset


@admin.register(Case)
class CaseAdmin(PurposeScreen):
    """Cases of one's agencies. No place and no picture without a reason; notes stay inside the agency."""

    viewable = staticmethod(viewable_cases)
    empty_words = gettext_lazy("No case yet. A case begins with its first request, under “Requests”.")
    list_display = ("number", "requests", "open_requests", "items", "approval", "numbers_elsewhere", "created_at")
    list_filter = (ApprovalFilter, AgencyFilter)
    list_select_related = ("agency",)
    search_fields = ("number__istartswith", "cad_number__iexact", "rms_number__iexact")
    search_help_text = gettext_lazy("The beginning of a case number, or a CAD or RMS number")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(name="note", form=NoteForm, service=add_note, done=gettext_lazy("The note is kept.")),
        Verb(
            name="rewrite",
            below="notes/",
            form=ChangedNoteForm,
            service=change_note,
            done=gettext_lazy("The note is changed. Its earlier text is kept."),
        ),
        Verb(name="cad", form=CadNumberForm, service=set_cad_number, done=gettext_lazy("The CAD number is set.")),
        Verb(
            name="hold",
            form=HoldForm,
            service=holds.place_case_hold,
            done=gettext_lazy("Everything of the case is on hold until somebody lifts it."),
        ),
        Verb(
            name="lift",
            below="holds/",
            form=LiftForm,
            service=holds.lift_hold,
            done=gettext_lazy("The hold is lifted. It stays in the timeline of the case."),
        ),
        Verb(
            name="again",
            below="holds/",
            form=HoldAgainForm,
            service=holds.review_hold,
            done=gettext_lazy("The hold goes on, and comes back on that day."),
        ),
        Verb(
            name="delay",
            form=DelayForm,
            service=delay_telling,
            done=gettext_lazy(
                "Owners are told later who looked at their video. The delay is counted in public figures."
            ),
        ),
        Verb(
            name="tell", service=end_delay, done=gettext_lazy("The delay has ended. Owners read of every access now.")
        ),
        Verb(name="rms", form=RmsNumberForm, service=set_rms_number, done=gettext_lazy("The RMS number is set.")),
    )

    # -- list --------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """One's own cases first, then the newest."""
        user = cast(User, request.user)
        mine = Q(pk__in=FootageRequest.objects.filter(author=user).values("case_id"))
        mine |= Q(pk__in=Purpose.objects.filter(user=user, case__isnull=False).values("case_id"))
        mine |= Q(pk__in=CaseNote.objects.filter(author=user).values("case_id"))
        requests = FootageRequest.objects.filter(case_id=OuterRef("pk")).exclude(state=RequestState.DRAFT)
        given = EvidenceItem.objects.filter(open_to(user), submission__case_id=OuterRef("pk"))
        given_again = given_again_to_each().filter(open_to(user))
        cases: QuerySet[Any] = (
            with_approval(viewable_cases(user))
            .annotate(
                others=Choose(When(mine, then=Value(0)), default=Value(1), output_field=IntegerField()),
                asked=_count(requests),
                asked_open=_count(requests.filter(state=RequestState.OPEN)),
                came=_count(given) + _count(given_again),
            )
            .order_by("others", "-created_at", "-pk")
        )
        return cases

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return ("others", "-created_at", "-pk")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The agency is told to a person who serves in more than one."""
        columns = super().get_list_display(request)
        return [*columns, "agency"] if serves_in_several(request.user) else columns

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        """Likewise."""
        return self.list_filter if serves_in_several(request.user) else self.list_filter[:1]

    @admin.display(description=gettext_lazy("requests"), ordering="asked")
    def requests(self, case: Any) -> int:
        return int(case.asked)

    @admin.display(description=gettext_lazy("open"), ordering="asked_open")
    def open_requests(self, case: Any) -> int:
        return int(case.asked_open)

    @admin.display(description=gettext_lazy("files"), ordering="came")
    def items(self, case: Any) -> int:
        return int(case.came)

    @admin.display(description=gettext_lazy("approval"))
    def approval(self, case: Any) -> Any:
        return SOMETHING_APPROVED if case.approved else NOTHING_APPROVED

    @admin.display(description=gettext_lazy("CAD, RMS"))
    def numbers_elsewhere(self, case: Case) -> str:
        return ", ".join(filter(None, (case.cad_number, case.rms_number))) or "–"

    # -- page --------------------------------------------------------------------------------------------------------

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", self.changelist_view),
            "<uuid:public_id>/": ("change", self.case_view),
            "<uuid:public_id>/pictures/": ("pictures", self.pictures_view),
            "<uuid:public_id>/timeline/": ("timeline", timeline_view(self)),
            "<uuid:public_id>/desk/": ("desk", desk_view(self)),
            "<uuid:public_id>/story/": ("story", story_view(self)),
            "<uuid:public_id>/desk/marks/": ("marks", desk_marks.marks_view),
            "marks/<uuid:public_id>/change/": ("mark_change", desk_marks.change_view),
            "marks/<uuid:public_id>/remove/": ("mark_remove", desk_marks.remove_view),
            "marks/<uuid:public_id>/excerpt/": ("mark_excerpt", desk_marks.excerpt_view),
            "marks/<uuid:public_id>/restore/": ("mark_restore", desk_marks.restore_view),
        }

    def case_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The case. Opening it shows no picture and no place, so it is no access."""
        return self._page(request, get_case_for(request.user, public_id))

    def pictures_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Open the still pictures of the items on the page: an access of each item, which its owner sees."""
        case, user = get_case_for(request.user, public_id), cast(User, request.user)
        if request.method != "POST":
            return redirect("admin:agencies_case_change", public_id)
        purpose = may_access(user, AccessKind.FOOTAGE, agency=case.agency, case=case).purpose
        if purpose is None:
            messages.error(request, _("Please say first why you need access to this footage."))
            return redirect("admin:agencies_case_change", public_id)
        page = page_of_case(user, case)
        rows = [row for row in page.items if row.has_poster][:PICTURES]
        try:
            tokens = open_posters(
                user=user, items=[row.item for row in rows], purpose=purpose, session_key=request.session.session_key
            )
        except NotAllowed as refused:
            messages.error(request, str(refused.message))
            return redirect("admin:agencies_case_change", public_id)
        for row, token in zip(rows, tokens, strict=True):
            row.token = token
        return self._page(request, case, page=page)

    def purpose_form(self, user: User, subject: Case, data: Any = None) -> PurposeForm:
        return PurposeForm(user, AccessKind.FOOTAGE, data, agency=subject.agency, case=subject, auto_id="purpose_%s")

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Subject:
        if verb.below == "holds/":
            return holds.get_case_hold_for(cast(User, request.user), public_id)
        return get_note_for(request.user, public_id) if verb.below else get_case_for(request.user, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Subject, given: dict[str, Any]
    ) -> dict[str, Any]:
        noun = {Case: "case", CaseNote: "note", CaseHold: "hold"}[type(subject)]
        return {noun: subject, "user": cast(User, request.user), **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Subject, form: ServiceForm) -> HttpResponse:
        shown: dict[str, Any] = {f"{verb.name}_form": form}
        if isinstance(subject, CaseNote):
            shown["rewritten"] = subject.public_id
        if isinstance(subject, CaseHold):
            shown["lifted"] = subject.public_id
        return self._page(request, _case_of(subject), status=422, **shown)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Subject) -> HttpResponse:
        response = redirect("admin:agencies_case_change", _case_of(subject).public_id)
        response.status_code = 303
        return response

    # -- inside ------------------------------------------------------------------------------------------------------

    def _page(
        self, request: HttpRequest, case: Case, *, page: CasePage | None = None, status: int = 200, **given: Any
    ) -> HttpResponse:
        user = cast(User, request.user)
        page = page or page_of_case(user, case)
        timeline = page_of(request, entries_about(page.subjects, page.opened))
        may_play = has_role(user, case.agency, *PLAYERS)
        context = {
            "case": case,
            "page": page,
            "timeline": timeline,
            "lines": lines_of(timeline.rows, page.things, page.reasons),
            "map_config": map_config(with_zones=False),
            "areas": page.areas,
            "may_write": can_write_on(user, case),
            "may_ask": may_begin(user, case.agency),
            "may_play": may_play,
            "may_export": may_export(user, case),
            "exports": page.exports,
            "marks": desk_marks.case_marks(user, case),
            "grants": page.grants,
            "may_give": can_give(user, case),
            "may_export_files": bool(page.items) and can_request_export(user, case),
            "pictures": min(PICTURES, sum(row.has_poster for row in page.items)),
            "opened": any(row.token for row in page.items),
            "may_open": may_play and page.has_reason,
            "holds": holds.holds_on_case(case),
            "may_hold": can_hold_case(user, case),
            "hold_form": HoldForm(auto_id="hold_%s"),
            "lift_form": LiftForm(),
            "again_form": HoldAgainForm(),
            "hold_url": "admin:agencies_case_hold",
            "lift_url": "admin:agencies_case_lift",
            "again_url": "admin:agencies_case_again",
            "held_id": case.public_id,
            "delay": delay_in_force(case) if page.items else None,
            "may_delay": bool(page.items) and can_delay_telling(user, case),
            "delay_days": settings.LOOK_DELAY_MAX_DAYS,
            "delay_form": DelayForm(auto_id="delay_%s"),
            "may_take": can_take_at_scene(user, case),
            "canvasses": page.canvasses,
            "may_canvass": can_begin_canvass(user, case),
            "canvass_about": f"case={case.public_id}",
            "note_form": NoteForm(auto_id="note_%s"),
            "cad_form": _number_form(CadNumberForm, case.cad_number, "cad_%s"),
            "rms_form": _number_form(RmsNumberForm, case.rms_number, "rms_%s"),
            **given,
        }
        if may_play and not page.has_reason and "purpose_form" not in context:
            context["purpose_form"] = self.purpose_form(user, case)
        title = _("Case %(number)s") % {"number": case.number}
        return self.page(request, "admin/agencies/case.html", title=title, status=status, **context)


def _case_of(subject: Subject) -> Case:
    return subject if isinstance(subject, Case) else subject.case


def _number_form(form: type[ServiceForm], number: str, auto_id: str) -> ServiceForm:
    return form(initial={"number": number, "known": number}, auto_id=auto_id)


def _count(rows: QuerySet[Any]) -> Any:
    """How many rows there are, as a subquery: each case of the page asks by index."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted[:1]), 0)
