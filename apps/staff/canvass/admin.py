"""A canvass at a desk: begin it on the page of a case or a request, read what was found at the doors, end it."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.accounts.models import User
from apps.agencies.maps import map_config
from apps.agencies.models import Case
from apps.canvass import policies
from apps.canvass.models import Canvass, CanvassOfficer, Visit
from apps.canvass.selectors import counts_of, doors_of, get_canvass_for, get_officer_for, get_visit_for
from apps.canvass.services import (
    begin_canvass,
    correct_visit,
    end_canvass,
    join_canvass,
    readmit_officer,
    record_visit,
    remove_officer,
)
from apps.canvass.states import CanvassState
from apps.cases.selectors import get_case_for
from apps.core.admin import View
from apps.core.errors import NotAllowed, NotFound
from apps.core.forms import ServiceForm
from apps.footage_requests.models import FootageRequest
from apps.footage_requests.selectors import get_request_for
from apps.geo import parse_area
from apps.staff.canvass import phone
from apps.staff.canvass.forms import BeginForm, VisitForm, wall_clock
from apps.staff.canvass.near import near, spot_of
from apps.staff.verbs import Verb, VerbScreen
from apps.streets.search import streets_known

Subject = Canvass | Visit | CanvassOfficer


@admin.register(Canvass)
class CanvassAdmin(VerbScreen):
    """Canvasses of the cases on which a person works, and those to whose doors the person goes."""

    viewable = staticmethod(policies.viewable_canvasses)
    empty_words = gettext_lazy("No canvass yet. Begin one on the page of a case or of a request.")
    list_display = ("case", "place", "began_by", "state", "created_at")
    list_select_related = ("case", "began_by")
    ordering = ("-created_at", "-pk")
    verbs = (
        Verb(name="begin", creates=True, page=True, form=BeginForm, service=begin_canvass),
        Verb(name="join", service=join_canvass, done=gettext_lazy("You go along. Open the canvass on your phone.")),
        Verb(name="visit", form=VisitForm, service=record_visit, done=gettext_lazy("The door is in the list.")),
        Verb(
            name="correct",
            below="visits/",
            page=True,
            form=VisitForm,
            service=correct_visit,
            done=gettext_lazy("Corrected. The earlier words are kept."),
        ),
        Verb(
            name="remove",
            below="officers/",
            service=remove_officer,
            done=gettext_lazy("Removed. This colleague's phone shows nothing of the canvass any more."),
        ),
        Verb(
            name="readmit",
            below="officers/",
            service=readmit_officer,
            done=gettext_lazy("This colleague goes along again."),
        ),
        Verb(
            name="end",
            service=end_canvass,
            done=gettext_lazy("Ended. What phones have not sent yet is still taken, and marked as late."),
        ),
    )

    @admin.display(description=gettext_lazy("where"))
    def place(self, canvass: Canvass) -> str:
        return str(canvass.where)

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", self.changelist_view),
            "<uuid:public_id>/": ("change", require_safe(self.canvass_view)),
            "<uuid:public_id>/near/": ("near", near),
            "<uuid:public_id>/doors/": ("doors", phone.doors),
            "<uuid:public_id>/sync/": ("sync", phone.sync),
        }

    def canvass_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Doors, outcomes, officers."""
        return self._page(request, get_canvass_for(request.user, public_id))

    # -- verbs -------------------------------------------------------------------------------------------------------

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Subject:
        if verb.below == "visits/":
            return get_visit_for(request.user, public_id)
        if verb.below == "officers/":
            return get_officer_for(request.user, public_id)
        return get_canvass_for(request.user, public_id)

    def verb_form(self, request: HttpRequest, verb: Verb, subject: Any) -> ServiceForm:
        sent = (request.POST,) if request.method == "POST" else ()
        if verb.creates:
            case, asked = _about(request)
            if not policies.can_begin_canvass(request.user, case):
                raise NotAllowed(
                    _("Record first on the page of the case, under “Items”, why you work on it."), code="role"
                )
            return BeginForm(*sent, asked=asked)
        if verb.name == "visit":
            return VisitForm(*sent, canvass=subject, auto_id="visit_%s")
        if verb.name == "correct":
            return VisitForm(*sent, canvass=subject.door.canvass, initial=_as_typed(subject))
        return super().verb_form(request, verb, subject)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Subject | None, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        if subject is None:
            case, asked = _about(request)
            return {"case": case, "request": asked, "user": user, **given}
        noun = {Canvass: "canvass", Visit: "visit", CanvassOfficer: "officer"}[type(subject)]
        return {noun: subject, "user": user, **given}

    def verb_page(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        return self._form_page(request, verb, subject, form)

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Any, form: ServiceForm) -> HttpResponse:
        if verb.page:
            return self._form_page(request, verb, subject, form, status=422)
        return self._page(request, _canvass_of(subject), visit_form=form, status=422)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Subject) -> HttpResponse:
        response = redirect("admin:canvass_canvass_change", _canvass_of(subject).public_id)
        response.status_code = 303
        return response

    # -- inside ------------------------------------------------------------------------------------------------------

    def _form_page(
        self, request: HttpRequest, verb: Verb, subject: Visit | None, form: ServiceForm, *, status: int = 200
    ) -> HttpResponse:
        if subject is not None:
            title, template = _("Correct what was found"), "admin/canvass/correct.html"
            context: dict[str, Any] = {"form": form, "visit": subject, "canvass": subject.door.canvass}
        else:
            case, asked = _about(request)
            title, template = _("Begin a canvass"), "admin/canvass/begin.html"
            context = {"form": form, "case": case, "asked": asked}
            context |= {"map_config": map_config(with_zones=False), "finds_places": streets_known()}
        return self.page(request, template, title=title, status=status, **context)

    def _page(self, request: HttpRequest, canvass: Canvass, *, status: int = 200, **given: Any) -> HttpResponse:
        user, doors = request.user, doors_of(canvass)
        goes = policies.goes_to_doors(user, canvass)
        is_open = canvass.state == CanvassState.OPEN
        context = {
            "canvass": canvass,
            "doors": doors,
            "counts": counts_of(doors),
            "to_come_back": sum(row.is_to_come_back for row in doors),
            "officers": canvass.officers.select_related("user").order_by("pk"),
            "goes": goes and is_open,
            "may_join": is_open and policies.can_join_canvass(user, canvass),
            "leads": policies.can_lead_canvass(user, canvass),
            "phone_url": f"{reverse('canvass:phone', args=[get_language() or 'en'])}#{canvass.public_id}",
            "visit_form": VisitForm(canvass=canvass, auto_id="visit_%s"),
            "map_config": map_config(with_zones=False),
            "areas": parse_area(canvass.area).rings if canvass.area else [],
            "spots": [spot_of(row) for row in doors if row.place],
            **given,
        }
        title = _("Canvass: %(where)s") % {"where": canvass.where}
        return self.page(request, "admin/canvass/canvass.html", title=title, status=status, **context)


def _about(request: HttpRequest) -> tuple[Case, FootageRequest | None]:
    """The case, and the request if the page was opened from one. Raises NotFound."""
    given, user = request.GET, request.user
    try:
        if given.get("request"):
            asked = get_request_for(user, UUID(given["request"]))
            return get_case_for(user, asked.case.public_id), asked
        return get_case_for(user, UUID(given.get("case", ""))), None
    except ValueError:
        raise NotFound(_("There is no such case among yours.")) from None


def _canvass_of(subject: Subject) -> Canvass:
    if isinstance(subject, Canvass):
        return subject
    return subject.door.canvass if isinstance(subject, Visit) else subject.canvass


def _as_typed(visit: Visit) -> dict[str, Any]:
    zone = visit.door.canvass.agency.time_zone
    back = wall_clock(visit.come_back_at, zone) if visit.come_back_at else ""
    return {"address": visit.door.address, "outcome": visit.outcome, "note": visit.note, "come_back_at": back}
