"""Requests to see places for a case: the list, and the page on which a supervisor agrees or refuses."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access import policies
from apps.access.models import PlacesRequest
from apps.access.selectors import get_places_request_for
from apps.access.services import REASON_MAX, REASON_MIN, agree_to_places, refuse_places
from apps.access.states import AskState
from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.agencies.features import Feature, is_on, refusal
from apps.core.admin import View
from apps.core.forms import ServiceForm
from apps.staff.lists.filters import AgencyFilter
from apps.staff.verbs import Verb, VerbScreen


class RefusalForm(ServiceForm):
    """Why a supervisor refuses."""

    reason = forms.CharField(
        label=gettext_lazy("Why not?"),
        help_text=gettext_lazy("The person who asked reads this."),
        min_length=REASON_MIN,
        max_length=REASON_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@admin.register(PlacesRequest)
class PlacesRequestAdmin(VerbScreen):
    """One's own; supervisors decide about those of the agency, and auditors read them."""

    viewable = staticmethod(policies.viewable_places_requests)
    empty_words = gettext_lazy(
        "Nobody has asked yet. A person who may not see places for a case asks on the partner map."
    )
    list_display = ("created_at", "case", "author", "state", "decided_by", "ends_at")
    list_filter = ("state", AgencyFilter)
    list_select_related = ("case", "author", "decided_by", "agency")
    search_fields = ("case__number__iexact",)
    search_help_text = gettext_lazy("Case number")
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    show_full_result_count = False
    verbs = (
        Verb(
            name="agree",
            service=agree_to_places,
            done=gettext_lazy("Agreed. The person who asked gets a mail and can open the map."),
            guard=recent_proof_required,
        ),
        Verb(
            name="refuse",
            form=RefusalForm,
            service=refuse_places,
            done=gettext_lazy("Refused. The person who asked gets a mail and reads your reason."),
        ),
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The menu names the screen to those whose work has to do with it."""
        if obj is not None:
            return super().has_view_permission(request, obj)
        return policies.can_ask_for_places(request.user) or policies.can_read_all_places_requests(request.user)

    def pages(self) -> dict[str, tuple[str, View]]:
        return {"": ("changelist", self.changelist_view), "<uuid:public_id>/": ("change", self.ask_view)}

    def ask_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """What is asked, and to a supervisor the two buttons."""
        return self._page(request, self._asked(request, public_id), RefusalForm(auto_id="refuse_%s"))

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> PlacesRequest:
        return self._asked(request, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: PlacesRequest, given: dict[str, Any]
    ) -> dict[str, Any]:
        return {"asked": subject, "user": cast(User, request.user), **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: PlacesRequest, form: ServiceForm) -> HttpResponse:
        return self._page(request, subject, form, status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: PlacesRequest) -> HttpResponse:
        return redirect("admin:access_placesrequest_change", subject.public_id)

    def _asked(self, request: HttpRequest, public_id: UUID) -> PlacesRequest:
        return get_places_request_for(request.user, public_id)

    def _page(
        self, request: HttpRequest, asked: PlacesRequest, form: ServiceForm, *, status: int = 200
    ) -> HttpResponse:
        waits = asked.state == AskState.ASKED and asked.ends_at > timezone.now()
        return self.page(
            request,
            "admin/access/places_request.html",
            title=_("Places for case %(case)s") % {"case": asked.case.number},
            status=status,
            asked=asked,
            waits=waits,
            holds=asked.state == AskState.AGREED and asked.ends_at > timezone.now(),
            is_own=asked.author_id == request.user.pk,
            map_off="" if is_on(asked.agency, Feature.PARTNER_MAP) else refusal(asked.agency, Feature.PARTNER_MAP),
            may_decide=waits and policies.can_decide_places(request.user, asked),
            form=form,
            agreed_hours=settings.PLACES_AGREED_HOURS,
            places_per_purpose=settings.PLACES_PER_PURPOSE,
        )
