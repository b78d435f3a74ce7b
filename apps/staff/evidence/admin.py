"""The staff's screens of evidence: the list, and the item's page with player, facts, digest and custody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import AccessKind, PurposeKind
from apps.agencies.policies import agencies_of
from apps.agencies.services import open_purpose
from apps.core.errors import NotAllowed, NotFound, PortalError
from apps.evidence import policies, presentation, selectors
from apps.evidence.media_tokens import LIFETIME_S, make_token
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.services import contacts, looking, triage
from apps.evidence.states import DerivativeKind, ItemState, Triage
from apps.ledger.values import Actor
from apps.staff.evidence.forms import GiverForm, PurposeForm, ReturnForm
from apps.staff.verbs import Verb, VerbScreen


class ItemList(ChangeList):
    """Rows lead to addresses by public id; a primary key never leaves the house."""

    def url_for_result(self, result: Any) -> str:
        return reverse("admin:evidence_evidenceitem_change", args=[result.public_id])


@admin.register(EvidenceItem)
class EvidenceItemAdmin(VerbScreen):
    """Items of one's agencies. No pictures in the list: each look at footage has a purpose and makes an entry."""

    viewable = staticmethod(policies.viewable_items)
    list_display = ("received_at", "case_number", "short_digest", "size_words", "state", "triage")
    list_filter = ("state", "triage", ("agency", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("submission__case", "agency")
    search_fields = ("submission__case__number__iexact", "digest__startswith", "submission__code__iexact")
    search_help_text = gettext_lazy("Case number, receipt code, or the beginning of a digest")
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
    )

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The agency is told where it tells something: to who serves in more than one."""
        several = agencies_of(request.user, *policies.VIEWERS).count() > 1
        columns = super().get_list_display(request)
        return [*columns, "agency"] if several else columns

    @admin.display(description=gettext_lazy("case"), ordering="submission__case__number")
    def case_number(self, item: EvidenceItem) -> str:
        return item.submission.case.number

    @admin.display(description=gettext_lazy("digest"))
    def short_digest(self, item: EvidenceItem) -> str:
        return item.digest[:12] or "–"

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def size_words(self, item: EvidenceItem) -> str:
        return presentation.size_in_words(item.size).partition(" (")[0]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ItemList

    def get_urls(self) -> list[URLPattern]:
        pages: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "": ("changelist", self.changelist_view),
            "<uuid:public_id>/": ("change", self.item_view),
            "<uuid:public_id>/state/": ("state", self.state_view),
            "<uuid:public_id>/purpose/": ("purpose", self.purpose_view),
            "<uuid:public_id>/original/": ("original", self.original_view),
            "<uuid:public_id>/giver/": ("giver", self.giver_view),
        }
        guarded = self.admin_site.admin_view
        own = [
            path(route, guarded(view), name=f"evidence_evidenceitem_{name}") for route, (name, view) in pages.items()
        ]
        return [*own, *self.verb_urls()]

    # -- looking -----------------------------------------------------------------------------------------------------

    def item_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The item's page. With a purpose, and something to see, opening it is a look and makes its entry."""
        item = selectors.get_item_for(request.user, public_id)
        return self._page(request, item)

    def state_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Where the item stands, for a page that waits for its video."""
        item = selectors.get_item_for(request.user, public_id)
        return JsonResponse({"mark": _mark(item)}, headers={"Cache-Control": "no-store"})

    def purpose_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Record why the person needs to look; the page then opens."""
        item, user = self._posted(request, public_id)
        form = PurposeForm(request.POST)
        if not form.is_valid():
            return self._page(request, item, purpose_form=form, status=422)
        duty = form.cleaned_data["records_duty"]
        try:
            open_purpose(
                user=user,
                agency=item.agency,
                kind=PurposeKind.RECORDS_DUTY if duty else PurposeKind.CASE,
                access=AccessKind.FOOTAGE,
                reason=form.cleaned_data["reason"],
                case_number=item.submission.case.number,
                actor=_actor(user, item),
            )
        except PortalError as error:
            form.add_error("reason", str(error.message))
            return self._page(request, item, purpose_form=form, status=error.status)
        return _back(item)

    def original_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Take a copy of the original: recorded, then sent as an attachment."""
        item, user = self._posted(request, public_id)
        purpose = selectors.purpose_for(user, item)
        if purpose is None:
            messages.error(request, _("Please say first why you need to look at this footage."))
            return _back(item)
        look = looking.open_original(
            user=user, item=item, purpose=purpose, session_key=request.session.session_key, actor=_actor(user, item)
        )
        return redirect("evidence:media", token=make_token(look))

    def giver_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Who gave it, after the giver's account was erased: for the records custodian, and recorded."""
        item, user = self._posted(request, public_id)
        duty = contacts.records_duty_of(user, item.agency)
        form = GiverForm(request.POST)
        if duty is None and policies.is_records_keeper(user, item):
            if not form.is_valid():
                return self._page(request, item, giver_form=form, status=422)
            duty = open_purpose(
                user=user,
                agency=item.agency,
                kind=PurposeKind.RECORDS_DUTY,
                access=AccessKind.WITNESS_CONTACT,
                reason=form.cleaned_data["reason"],
                actor=_actor(user, item),
            )
        try:
            giver = contacts.contact_for(submission=item.submission, purpose=duty, user=user, actor=_actor(user, item))
        except NotAllowed as error:
            messages.error(request, str(error.message))
            return _back(item)
        return self._page(request, item, giver=giver)

    # -- deciding ----------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> EvidenceItem:
        return selectors.get_item_for(request.user, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: EvidenceItem, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        return {"item": subject, "user": user, "actor": _actor(user, subject), **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: EvidenceItem, form: Form) -> HttpResponse:
        return self._page(request, subject, return_form=cast(ReturnForm, form), status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: EvidenceItem) -> HttpResponse:
        return _back(subject)

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
        giver_form: GiverForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        made = presentation.derivatives_by_kind(item)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Evidence item, case %(case)s") % {"case": item.submission.case.number},
            "item": item,
            "opts": self.opts,
            "facts": presentation.facts_of(item),
            "notes": presentation.notes_of(item),
            "problem": presentation.problem_in_words(item),
            "recipe": presentation.recipe_in_words(made.get(DerivativeKind.WORKING_COPY)),
            "fixity": selectors.last_fixity_check(item),
            "mark": _mark(item),
            "stopped": presentation.is_stopped(item),
            "waits": item.state in selectors.WAITING_STATES and not item.problem,
            "return_form": return_form or ReturnForm(),
            "giver": giver,
            "giver_form": giver_form or self._giver_form(request.user, item),
            **_rights(request.user, item),
            **self._look(request, item, made, purpose_form),
        }
        # After the look, so that the custody on the page already tells of it.
        context["custody"] = presentation.custody_of(item)
        response = TemplateResponse(request, "admin/evidence/item.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def _giver_form(self, user: Any, item: EvidenceItem) -> GiverForm | None:
        """Asks for a records duty, where the person has not named one for this yet."""
        if not policies.is_records_keeper(user, item) or contacts.records_duty_of(user, item.agency):
            return None
        return GiverForm()

    def _look(
        self,
        request: HttpRequest,
        item: EvidenceItem,
        made: dict[str, Derivative],
        purpose_form: PurposeForm | None,
    ) -> dict[str, Any]:
        """The player's part of the page; asks for a purpose first. Only a GET that shows footage is a look."""
        user = request.user
        if not isinstance(user, User) or not policies.can_play_item(user, item):
            return {"may_play": False}
        purpose = selectors.purpose_for(user, item)
        if purpose is None or purpose_form is not None:
            custodian = policies.is_records_keeper(user, item)
            return {"may_play": True, "purpose_form": purpose_form or PurposeForm(), "may_name_duty": custodian}
        shown: dict[str, Any] = {"may_play": True, "purpose": purpose}
        if made and request.method == "GET":
            look = looking.open_look(
                user=user, item=item, purpose=purpose, session_key=request.session.session_key, actor=_actor(user, item)
            )
            tokens = {kind: make_token(look.for_thing(kind)) for kind in made}
            shown |= {
                "tokens": tokens,
                "fps": presentation.frames_per_second(item),
                "lifetime_s": LIFETIME_S,
            }
        return shown


def _rights(user: Any, item: EvidenceItem) -> dict[str, bool]:
    sealed = item.state != ItemState.RECEIVED
    triages = sealed and policies.can_triage_item(user, item)
    return {
        "may_accept": triages and item.triage != Triage.ACCEPTED,
        "may_return": triages and item.triage != Triage.RETURNED,
        "may_download": policies.can_download_original(user, item),
        "may_ask_giver": policies.is_records_keeper(user, item) and contacts.was_kept(item.submission),
        "may_retry": presentation.is_stopped(item) and policies.can_retry_item(user, item),
    }


def _actor(user: User, item: EvidenceItem) -> Actor:
    return acting_as(user, item.agency).actor


def _mark(item: EvidenceItem) -> str:
    """Changes whenever the page would show something new."""
    return f"{item.state}:{item.derivatives.count()}:{bool(item.problem)}"


def _back(item: EvidenceItem) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:evidence_evidenceitem_change", args=[item.public_id]))
