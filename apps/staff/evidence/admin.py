"""The staff's screens of evidence: the list, and the item's page with player, facts, digest and custody."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind
from apps.accounts.models import User
from apps.agencies.policies import is_cleared, serves_in_several
from apps.core.admin import View
from apps.core.errors import NotAllowed, NotFound
from apps.core.forms import ServiceForm
from apps.disclosure.pause import kept_until, requests_that_keep
from apps.disclosure.policies import viewable_records_requests
from apps.evidence import policies, presentation, selectors
from apps.evidence.camera_clock import clock_facts, recorded_facts
from apps.evidence.coverage import coverage_of
from apps.evidence.media_tokens import LIFETIME_S, make_token
from apps.evidence.models import Derivative, EvidenceHold, EvidenceItem
from apps.evidence.sender_words import facts_of_note
from apps.evidence.services import contacts, footage_access, holds, triage
from apps.evidence.services.remaking import remake_item
from apps.evidence.services.witness_statements import last_statement
from apps.evidence.statement_sheet import statement_pdf
from apps.evidence.states import PAGES, DerivativeKind, ItemState, ScanOutcome, Triage
from apps.evidence.text_preview import text_of
from apps.footage_requests.codes import camera_code
from apps.retention.policies import can_dispose_for
from apps.retention.selectors import last_disposition
from apps.staff.evidence.beside import beside_player
from apps.staff.evidence.excerpts import excerpt_view, excerpts_of
from apps.staff.evidence.forms import HoldAgainForm, HoldForm, LiftForm, ReturnForm
from apps.staff.evidence.restricting import RESTRICTION_VERBS, restriction_of
from apps.staff.lists.filters import AgencyFilter
from apps.staff.purposes import PurposeScreen
from apps.staff.redaction.pages import redaction_pages
from apps.staff.redaction.rows import redactions_beside
from apps.staff.retention.expiring import expiry_of
from apps.staff.retention.forms import ReasonForm
from apps.staff.verbs import Verb


class HeldFilter(admin.SimpleListFilter):
    """Items that somebody demands to be kept."""

    title = gettext_lazy("hold")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("on hold"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return holds.only_held(queryset) if self.value() == "yes" else queryset


@admin.register(EvidenceItem)
class EvidenceItemAdmin(PurposeScreen):
    """Items of one's agencies. No pictures in the list: each access to footage has a purpose and makes an entry."""

    viewable = staticmethod(policies.viewable_items)
    empty_words = gettext_lazy("No file came yet. A file appears here when an owner answers a request with it.")
    list_display = ("case_number", "camera", "received_at", "size_words", "state", "triage", "short_digest")
    list_filter = ("state", "triage", "kind", "scan", HeldFilter, AgencyFilter)
    list_select_related = ("submission__case", "agency", "match__camera")
    search_fields = (
        "submission__case__number__iexact",
        "submission__invitation__request__code__iexact",
        "submission__code__iexact",
        "digest__startswith",
    )
    search_help_text = gettext_lazy("Case number, request code, receipt code, or the beginning of a digest")
    ordering = ("-received_at", "-pk")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(name="accept", service=triage.accept_item, done=gettext_lazy("Accepted as evidence.")),
        Verb(
            name="return",
            form=ReturnForm,
            service=triage.return_item,
            done=gettext_lazy("Returned. The original is kept."),
        ),
        Verb(name="retry", service=triage.retry_item, done=gettext_lazy("It is being tried again.")),
        Verb(
            name="remake",
            service=remake_item,
            done=gettext_lazy("The copies are being made anew. The present ones stay until then."),
        ),
        *RESTRICTION_VERBS,
        Verb(
            name="hold",
            form=HoldForm,
            service=holds.place_hold,
            done=gettext_lazy("The item is on hold until somebody lifts it."),
        ),
        Verb(
            name="lift",
            below="holds/",
            form=LiftForm,
            service=holds.lift_hold,
            done=gettext_lazy("The hold is lifted. It stays in the custody of the item."),
        ),
        Verb(
            name="again",
            below="holds/",
            form=HoldAgainForm,
            service=holds.review_hold,
            done=gettext_lazy("The hold goes on, and comes back on that day."),
        ),
    )

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The agency is told where it tells something: to who serves in more than one."""
        columns = super().get_list_display(request)
        return [*columns, "agency"] if serves_in_several(request.user, *policies.VIEWERS) else columns

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Likewise."""
        filters = list(super().get_list_filter(request))
        return filters if serves_in_several(request.user, *policies.VIEWERS) else filters[:-1]

    @admin.display(description=gettext_lazy("case"), ordering="submission__case__number")
    def case_number(self, item: EvidenceItem) -> str:
        return item.submission.case.number

    @admin.display(description=gettext_lazy("camera"))
    def camera(self, item: EvidenceItem) -> str:
        return camera_code(item.match.camera.public_id) if item.match else "–"

    @admin.display(description=gettext_lazy("digest"))
    def short_digest(self, item: EvidenceItem) -> str:
        return item.digest[:12] or "–"

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def size_words(self, item: EvidenceItem) -> str:
        return presentation.size_in_words(item.size).partition(" (")[0]

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", self.changelist_view),
            "<uuid:public_id>/": ("change", self.item_view),
            "<uuid:public_id>/state/": ("state", self.state_view),
            "<uuid:public_id>/original/": ("original", self.original_view),
            "<uuid:public_id>/statement/": ("statement", self.statement_view),
            "<uuid:public_id>/giver/": ("giver", self.giver_view),
            "excerpts/<uuid:public_id>/": ("excerpt", excerpt_view),
            **redaction_pages(self),
        }

    # -- access ------------------------------------------------------------------------------------------------------

    def item_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The item's page. With a purpose, and something to see, opening it is an access and makes its entry."""
        item = selectors.get_item_for(request.user, public_id)
        return self._page(request, item)

    def state_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Where the item stands, for a page that waits for its video."""
        item = selectors.get_item_for(request.user, public_id)
        return JsonResponse({"mark": _mark(item)}, headers={"Cache-Control": "no-store"})

    def purpose_form(self, user: User, subject: EvidenceItem, data: Any = None) -> PurposeForm:
        return PurposeForm(user, AccessKind.FOOTAGE, data, agency=subject.agency, case=subject.submission.case)

    def original_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Take a copy of the original: recorded, then sent as an attachment."""
        item, user = self._posted(request, public_id)
        purpose = selectors.purpose_for(user, item)
        if purpose is None:
            messages.error(request, _("Please say first why you need access to this footage."))
            return _back(item)
        if item.scan == ScanOutcome.FOUND and request.POST.get("knows") != "malware":
            messages.error(request, _("A virus scanner found something in this file. Confirm that you know it."))
            return _back(item)
        access = footage_access.open_original(
            user=user, item=item, purpose=purpose, session_key=request.session.session_key
        )
        return redirect("evidence:media", token=make_token(access))

    def statement_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """What the giver stated and signed about the video, as PDF: recorded, then sent."""
        item, user = self._posted(request, public_id)
        purpose = selectors.purpose_for(user, item)
        if purpose is None:
            messages.error(request, _("Please say first why you need access to this footage."))
            return _back(item)
        statement = footage_access.open_statement(user=user, item=item, purpose=purpose)
        headers = {
            "Content-Disposition": f'attachment; filename="statement-{item.submission.code}.pdf"',
            "Cache-Control": "no-store, private",
        }
        return HttpResponse(statement_pdf(item.submission, statement), content_type="application/pdf", headers=headers)

    def giver_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Who gave it, after the giver's account was erased: for the records custodian, and recorded."""
        item, user = self._posted(request, public_id)
        duty = contacts.records_duty_of(user, item.agency)
        if duty is None and policies.is_records_keeper(user, item):
            form = _giver_form(user, item, request.POST)
            duty = form.open() if form.is_valid() else None
            if duty is None:
                return self._page(request, item, giver_form=form, status=422)
        try:
            giver = contacts.contact_for(submission=item.submission, purpose=duty, user=user)
        except NotAllowed as error:
            messages.error(request, str(error.message))
            return _back(item)
        return self._page(request, item, giver=giver)

    # -- deciding ----------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> EvidenceItem | EvidenceHold:
        if verb.below:
            return holds.get_hold_for(cast(User, request.user), public_id)
        return selectors.get_item_for(request.user, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: EvidenceItem | EvidenceHold, given: dict[str, Any]
    ) -> dict[str, Any]:
        noun = "hold" if isinstance(subject, EvidenceHold) else "item"
        return {noun: subject, "user": cast(User, request.user), **given}

    def verb_refused(
        self, request: HttpRequest, verb: Verb, subject: EvidenceItem | EvidenceHold, form: ServiceForm
    ) -> HttpResponse:
        shown: dict[str, Any] = {f"{verb.name}_form": form}
        if isinstance(subject, EvidenceHold):
            shown["lifted"] = subject.public_id
        return self._page(request, _item_of(subject), status=422, **shown)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: EvidenceItem | EvidenceHold) -> HttpResponse:
        item = _item_of(subject)
        if verb.name == "restrict" and not is_cleared(request.user, item.agency):
            return redirect("admin:evidence_evidenceitem_changelist")  # its page is hidden from who restricted it
        return _back(item)

    # -- inside ------------------------------------------------------------------------------------------------------

    def _posted(self, request: HttpRequest, public_id: UUID) -> tuple[EvidenceItem, User]:
        user = request.user
        if request.method != "POST" or not isinstance(user, User):
            raise NotFound(_("There is nothing here."))
        return selectors.get_item_for(user, public_id), user

    def _page(
        self,
        request: HttpRequest,
        item: EvidenceItem,
        *,
        purpose_form: PurposeForm | None = None,
        return_form: ReturnForm | None = None,
        giver: contacts.Contact | None = None,
        giver_form: PurposeForm | None = None,
        hold_form: ServiceForm | None = None,
        lift_form: ServiceForm | None = None,
        again_form: ServiceForm | None = None,
        lifted: UUID | None = None,
        restrict_form: ServiceForm | None = None,
        unrestrict_form: ServiceForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        made = presentation.derivatives_by_kind(item)
        may_dispose = item.state != ItemState.DISPOSED and can_dispose_for(request.user, item.agency)
        said = selectors.sender_notes_of([item]).get(item.upload_id)
        context = {
            "item": item,
            "facts": [*presentation.facts_of(item), presentation.scan_fact(item)],
            "coverage": coverage_of(item, said),
            "said": [*facts_of_note(said), *clock_facts(item), *recorded_facts(item)],
            "is_stated": last_statement(item.submission) is not None,
            "camera": camera_code(item.match.camera.public_id) if item.match else "",
            "notes": presentation.notes_of(item),
            "problem": presentation.problem_in_words(item),
            "recipe": presentation.recipe_in_words(made.get(DerivativeKind.WORKING_COPY)),
            "fixity": selectors.last_fixity_check(item),
            "mark": _mark(item),
            "stopped": presentation.is_stopped(item),
            "waits": item.state in selectors.WAITING_STATES and not item.problem,
            "return_form": return_form or ReturnForm(),
            "giver": giver,
            "holds": holds.holds_on(item),
            "excerpts": excerpts_of(cast(User, request.user), [item]),
            **redactions_beside(cast(User, request.user), item),
            "expiry": expiry_of(item),
            "disposition": last_disposition(item) if may_dispose or item.state == ItemState.DISPOSED else None,
            "propose_form": ReasonForm(auto_id="propose_%s") if may_dispose else None,
            "asked_for": _asked_for(request.user, item),
            "may_hold": policies.is_records_keeper(request.user, item) and item.state != ItemState.DISPOSED,
            "hold_form": hold_form or HoldForm(auto_id="hold_%s"),
            "lift_form": lift_form or LiftForm(),
            "again_form": again_form or HoldAgainForm(),
            "hold_url": "admin:evidence_evidenceitem_hold",
            "lift_url": "admin:evidence_evidenceitem_lift",
            "again_url": "admin:evidence_evidenceitem_again",
            "held_id": item.public_id,
            "case_holds": [one for one in holds.holds_on_case(item.submission.case) if one.lifted_at is None],
            "lifted": lifted,
            "giver_form": giver_form or _asks_for_duty(request.user, item),
            **restriction_of(request.user, item, restrict_form, unrestrict_form),
            **_rights(request.user, item),
            **self._footage(request, item, made, purpose_form),
        }
        context |= beside_player(item, context.get("tokens", {}))
        # After the access, so that the custody on the page already tells of it.
        context["custody"] = presentation.custody_of(item, named=True)
        title = _("Evidence item, case %(case)s") % {"case": item.submission.case.number}
        return self.page(request, "admin/evidence/item.html", title=title, status=status, **context)

    def _footage(
        self,
        request: HttpRequest,
        item: EvidenceItem,
        made: dict[str, Derivative],
        purpose_form: PurposeForm | None,
    ) -> dict[str, Any]:
        """The player's part of the page; asks for a purpose first. Only a GET that shows footage is an access."""
        user = request.user
        if not isinstance(user, User) or not policies.can_play_item(user, item):
            return {"may_play": False}
        purpose = selectors.purpose_for(user, item)
        if purpose is None or purpose_form is not None:
            return {"may_play": True, "purpose_form": purpose_form or self.purpose_form(user, item)}
        shown: dict[str, Any] = {"may_play": True, "purpose": purpose}
        if made and request.method == "GET":
            access = footage_access.open_footage(
                user=user, item=item, purpose=purpose, session_key=request.session.session_key
            )
            hidden = footage_access.NEVER_OF_RESTRICTED if item.is_restricted else ()
            tokens = {kind: make_token(access.for_thing(kind)) for kind in made if kind not in hidden}
            shown |= {
                "tokens": tokens,
                "pages": [tokens[kind] for kind in PAGES if kind in tokens],
                "text": text_of(item, made.get(DerivativeKind.WORKING_COPY)),
                "fps": presentation.frames_per_second(item),
                "lifetime_s": LIFETIME_S,
            }
        return shown


def _giver_form(user: User, item: EvidenceItem, data: Any = None) -> PurposeForm:
    return PurposeForm(user, AccessKind.WITNESS_CONTACT, data, agency=item.agency, auto_id="giver_%s")


def _asks_for_duty(user: Any, item: EvidenceItem) -> PurposeForm | None:
    """Asks for a records duty, where the person has not named one for this yet."""
    if not policies.is_records_keeper(user, item) or contacts.records_duty_of(user, item.agency):
        return None
    return _giver_form(user, item)


def _item_of(subject: EvidenceItem | EvidenceHold) -> EvidenceItem:
    return subject.item if isinstance(subject, EvidenceHold) else subject


def _asked_for(user: Any, item: EvidenceItem) -> list[tuple[Any, Any]]:
    """The records requests that keep the item, and until when, for those who read them."""
    readable = viewable_records_requests(user)
    if readable.query.is_empty():
        return []
    lines = requests_that_keep(item).filter(request__in=readable)
    return [(line.request, kept_until(line)) for line in lines]


def _rights(user: Any, item: EvidenceItem) -> dict[str, bool]:
    sealed = item.state not in (ItemState.RECEIVED, ItemState.DISPOSED)
    triages = sealed and policies.can_triage_item(user, item)
    return {
        "may_accept": triages and item.triage != Triage.ACCEPTED,
        "may_return": triages and item.triage != Triage.RETURNED,
        "may_download": policies.can_download_original(user, item),
        "may_ask_giver": policies.is_records_keeper(user, item) and contacts.was_kept(item.submission),
        "may_remake": item.state == ItemState.PLAYABLE and policies.can_retry_item(user, item),
        "may_retry": presentation.is_stopped(item) and policies.can_retry_item(user, item),
    }


def _mark(item: EvidenceItem) -> str:
    """Changes whenever the page would show something new."""
    return f"{item.state}:{item.derivatives.count()}:{bool(item.problem)}"


def _back(item: EvidenceItem) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))
