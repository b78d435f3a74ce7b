"""Public records requests: the list, taking one in, and the page on which it is worked on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.accounts.models import User
from apps.agencies.policies import agencies_of, serves_in_several
from apps.core.admin import View
from apps.core.errors import NotAllowed
from apps.core.forms import ServiceForm
from apps.disclosure import policies, services
from apps.disclosure.clock import NEXT_DAY, days_left, next_day
from apps.disclosure.models import RecordsRequest, RequestedItem, Withholding
from apps.disclosure.selectors import get_line_for, get_records_request_for, get_withholding_for
from apps.disclosure.states import OPEN_STATES
from apps.evidence.policies import is_open_to
from apps.redaction.copies import copies_of
from apps.staff.lists.filters import AgencyFilter
from apps.staff.purposes import PurposeScreen
from apps.staff.records.forms import (
    AgainForm,
    AnswerForm,
    DayForm,
    DecideForm,
    FeeForm,
    ItemsForm,
    ReasonForm,
    SearchForm,
    TakeForm,
    WithholdForm,
)
from apps.staff.records.page import context_of
from apps.staff.verbs import Verb

Subject = RecordsRequest | RequestedItem | Withholding


class DueFilter(admin.SimpleListFilter):
    """What is late, what is due soon, and what somebody has to look at again."""

    title = gettext_lazy("what is due")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", gettext_lazy("open")),
            ("soon", gettext_lazy("due soon or late")),
            ("again", gettext_lazy("a statute to look at again")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # A list mixes agencies of several zones: here the day is the reader's; the page and the letters ask the agency.
        today = timezone.localdate()
        if self.value() == "open":
            return queryset.filter(state__in=OPEN_STATES)
        if self.value() == "soon":
            day = today + timedelta(days=settings.RECORDS_WARN_DAYS)
            due_soon: QuerySet[Any] = queryset.alias(next_day=NEXT_DAY).filter(next_day__lte=day)
            return due_soon
        if self.value() == "again":
            due = Withholding.objects.filter(request_id=OuterRef("pk"), ended_at__isnull=True, review_on__lte=today)
            return queryset.filter(Exists(due))
        return queryset


@admin.register(RecordsRequest)
class RecordsRequestAdmin(PurposeScreen):
    """Custodians work on the requests of their agencies; auditors read them."""

    viewable = staticmethod(policies.viewable_records_requests)
    change_list_template = "admin/records/change_list.html"
    empty_words = gettext_lazy("No records request yet. Take one in as soon as somebody asks, in whatever way.")
    list_display = ("code", "received_at", "state", "due", "channel", "count_of_items", "outcome")
    more_columns = ("acknowledge_by", "answer_by", "taken_by")
    list_filter = (DueFilter, "state", "outcome", "channel", AgencyFilter)
    list_select_related = ("agency", "taken_by")
    search_fields = ("code__iexact", "items__item__submission__case__number__iexact")
    search_help_text = gettext_lazy("Code of the request, or the number of a case that it reaches")
    ordering = ("-received_at", "-pk")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(
            name="take",
            creates=True,
            page=True,
            form=TakeForm,
            service=services.take_records_request,
            done=gettext_lazy("Taken in. Tell the requester the code, and that you are looking for it."),
        ),
        Verb(
            name="acknowledge",
            service=services.acknowledge_records_request,
            done=gettext_lazy("Noted that the requester knows."),
        ),
        Verb(
            name="move",
            form=DayForm,
            service=services.move_answer_day,
            done=gettext_lazy("The day is moved. Tell the requester."),
        ),
        Verb(name="search", form=SearchForm, service=services.search_records),
        Verb(
            name="add",
            form=ItemsForm,
            service=services.add_items,
            done=gettext_lazy("Added. These items cannot be disposed of while the request is open."),
        ),
        Verb(
            name="decide",
            below="items/",
            form=DecideForm,
            service=services.decide_item,
            done=gettext_lazy("The decision is kept."),
        ),
        Verb(
            name="withhold",
            form=WithholdForm,
            service=services.withhold,
            done=gettext_lazy("The statute is in the log."),
        ),
        Verb(
            name="cite",
            below="items/",
            form=WithholdForm,
            service=services.withhold,
            done=gettext_lazy("The statute is in the log."),
        ),
        Verb(
            name="again",
            below="withheld/",
            form=AgainForm,
            service=services.look_again,
            done=gettext_lazy("The statute still holds, and comes back on that day."),
        ),
        Verb(
            name="ends",
            below="withheld/",
            form=ReasonForm,
            service=services.end_withholding,
            done=gettext_lazy("The statute no longer holds. Take the request up again if more can be given now."),
        ),
        Verb(name="fee", form=FeeForm, service=services.note_fee, done=gettext_lazy("The fee is noted.")),
        Verb(
            name="answer",
            form=AnswerForm,
            service=services.answer_records_request,
            done=gettext_lazy("Answered. Everything that it reaches is kept for another 30 days."),
        ),
        Verb(
            name="withdraw",
            form=ReasonForm,
            service=services.withdraw_records_request,
            done=gettext_lazy("Withdrawn."),
        ),
        Verb(name="close", service=services.close_records_request, done=gettext_lazy("Closed.")),
        Verb(
            name="reopen",
            form=ReasonForm,
            service=services.take_up_again,
            done=gettext_lazy("The request is open again."),
        ),
        Verb(
            name="forget",
            service=services.erase_contact,
            done=gettext_lazy("The contact is erased."),
        ),
    )

    # -- list --------------------------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return cast(QuerySet[Any], rows.annotate(count_items=Count("items", distinct=True)))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The agency is told to a person who serves in more than one."""
        columns = super().get_list_display(request)
        return [*columns, "agency"] if serves_in_several(request.user, *policies.READERS) else columns

    def above_the_list(self, request: HttpRequest, listed: Any, opened: str) -> dict[str, Any]:
        return {**super().above_the_list(request, listed, opened), "may_take": _taking(_staff(request)).exists()}

    @admin.display(description=gettext_lazy("next day"), ordering=NEXT_DAY)
    def due(self, request: RecordsRequest) -> str:
        day, left = next_day(request), days_left(request)
        if day is None or left is None:
            return "–"
        shown = date_format(day, "SHORT_DATE_FORMAT")
        return _("%(day)s, late") % {"day": shown} if left < 0 else shown

    @admin.display(description=gettext_lazy("items"), ordering="count_items")
    def count_of_items(self, request: Any) -> int:
        return int(request.count_items)

    # -- pages -------------------------------------------------------------------------------------------------------

    def pages(self) -> dict[str, tuple[str, View]]:
        return {"": ("changelist", self.changelist_view), "<uuid:public_id>/": ("change", self.request_view)}

    def request_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """What was asked, what it reaches, what is withheld, and the answer. It shows no footage and no place."""
        return self._page(request, get_records_request_for(request.user, public_id))

    def purpose_form(self, user: User, subject: RecordsRequest, data: Any = None) -> PurposeForm:
        first = {"reason": _("Records request %(code)s") % {"code": subject.code}}
        return PurposeForm(
            user, AccessKind.RECORDS_SEARCH, data, agency=subject.agency, auto_id="purpose_%s", initial=first
        )

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Subject:
        if verb.below == "items/":
            return get_line_for(request.user, public_id)
        if verb.below == "withheld/":
            return get_withholding_for(request.user, public_id)
        return get_records_request_for(request.user, public_id)

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Any) -> ServiceForm:
        if verb.form is TakeForm:
            mine = _taking(_staff(request))
            if not mine.exists():
                raise NotAllowed(_("Only a records custodian takes in records requests."), code="role")
            return TakeForm(*((request.POST,) if request.method == "POST" else ()), mine=mine)
        if verb.form is SearchForm:
            return SearchForm(request.POST, agency=subject.agency, auto_id="search_%s")
        if verb.form is DecideForm:
            shown = [subject.item] if is_open_to(request.user, subject.item) else []
            copies = copies_of(shown).get(subject.item_id, [])
            return DecideForm(request.POST, line=subject, copies=copies, auto_id=f"decide_{subject.public_id}_%s")
        if verb.below:
            return verb.form(request.POST, auto_id=f"{verb.name}_{subject.public_id}_%s")
        return super().verb_form(request, verb, subject)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Subject | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = _staff(request)
        if verb.name == "cite":
            line = cast(RequestedItem, subject)
            return {"user": user, "request": line.request, "line": line, **given}
        nouns = {RecordsRequest: "request", RequestedItem: "line", Withholding: "withholding"}
        about = {} if subject is None else {nouns[type(subject)]: subject}
        return {"user": user, **about, **given}

    def verb_page(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        return self._take_page(request, form)

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: Subject | None, form: ServiceForm
    ) -> HttpResponse:
        if subject is None:
            return self._take_page(request, form, status=422)
        refused: dict[str, Any] = {f"{verb.name}_form": form}
        if verb.below:
            refused["refused"] = (verb.name, subject.public_id)
        return self._page(request, _request_of(subject), status=422, **refused)

    def verb_answer(self, request: HttpRequest, verb: Verb, subject: Any, made: Any) -> HttpResponse:
        if verb.name == "search":
            return self._page(request, subject, found=made, search_form=self.verb_form(request, verb, subject))
        return super().verb_answer(request, verb, subject, made)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Subject) -> HttpResponse:
        response = redirect("admin:disclosure_recordsrequest_change", _request_of(subject).public_id)
        response.status_code = 303
        return response

    # -- inside ------------------------------------------------------------------------------------------------------

    def _take_page(self, request: HttpRequest, form: ServiceForm, *, status: int = 200) -> HttpResponse:
        title = _("Take in a records request")
        return self.page(request, "admin/records/take.html", title=title, status=status, form=form)

    def _page(self, request: HttpRequest, asked: RecordsRequest, *, status: int = 200, **given: Any) -> HttpResponse:
        user = _staff(request)
        context = context_of(user, asked, given)
        if context["asks_duty"] and "purpose_form" not in context:
            context["purpose_form"] = self.purpose_form(user, asked)
        title = _("Records request %(code)s") % {"code": asked.code}
        return self.page(request, "admin/records/request.html", title=title, status=status, **context)


def _request_of(subject: Subject) -> RecordsRequest:
    return subject if isinstance(subject, RecordsRequest) else subject.request


def _staff(request: HttpRequest) -> User:
    return cast(User, request.user)


def _taking(user: User) -> Any:
    return agencies_of(user, *policies.KEEPERS)
