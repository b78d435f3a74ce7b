"""A program manager's screens of the agency: details, zones, letterhead, and the rules of its requests."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.models import User
from apps.accounts.recent import recent_proof_required
from apps.agencies.case_numbers import example_of
from apps.agencies.features import in_words, off_at, set_features
from apps.agencies.founding import AgencyDetails, set_agency_details
from apps.agencies.maps import map_config
from apps.agencies.models import Agency, Case, Role, Zone
from apps.agencies.policies import Person, agencies_of
from apps.agencies.request_limits import set_request_limits
from apps.agencies.services import set_case_mask, set_sound_in_copies
from apps.agencies.training import set_training_months
from apps.agencies.zones import load_zones_of_file
from apps.conversations.services import set_promises
from apps.core.admin import View
from apps.core.errors import NotFound, PortalError
from apps.core.forms import ServiceForm
from apps.footage_requests.incident_types import incident_choices
from apps.footage_requests.ready_texts import present_texts
from apps.footage_requests.services import set_incident_types, set_ready_texts
from apps.letterhead.services import publish_letterhead
from apps.staff.agencies import letterhead
from apps.staff.agencies.agency_forms import (
    CaseNumbersForm,
    DetailsForm,
    RequestLimitsForm,
    SoundForm,
    TrainingMonthsForm,
)
from apps.staff.agencies.audit_admin import StaffRolesAdmin
from apps.staff.agencies.features import (
    FeaturesForm,
    off_in,
)
from apps.staff.agencies.incident_types import IncidentTypesForm, given_in
from apps.staff.agencies.limits import limits_beside, limits_in
from apps.staff.agencies.own_rules import RULES
from apps.staff.agencies.promises import PromisesForm, promises_form
from apps.staff.agencies.ready_texts import ReadyTextsForm, texts_in
from apps.staff.agencies.rules import RuleScreens
from apps.staff.agencies.zones import (
    ZoneDrawForm,
    ZonesFileForm,
    ZonesLoadForm,
    draw_form,
    preview_context,
    zones_context,
)
from apps.staff.verbs import Verb


def managed_agencies(user: Person) -> QuerySet[Agency]:
    """Those that the person is program manager of."""
    return agencies_of(user, Role.PROGRAM_MANAGER)


@admin.register(Agency)
class AgencyAdmin(StaffRolesAdmin, RuleScreens):
    """One's own agencies: details, zones, case numbers, training, limits of requests. The short name stays."""

    readers = (Role.PROGRAM_MANAGER,)
    viewable = staticmethod(managed_agencies)
    list_display = ("short_name", "name", "case_mask")
    ordering = ("short_name", "pk")
    rules = RULES
    verbs = (
        Verb(
            name="case_numbers",
            form=CaseNumbersForm,
            service=set_case_mask,
            done=gettext_lazy("Saved. It holds for new cases."),
        ),
        Verb(
            name="details",
            form=DetailsForm,
            service=set_agency_details,
            done=gettext_lazy("The details are saved."),
            guard=recent_proof_required,
        ),
        Verb(
            name="zones_load",
            form=ZonesLoadForm,
            service=load_zones_of_file,
            done=gettext_lazy("The zones are loaded."),
            guard=recent_proof_required,
        ),
        Verb(
            name="letterhead_publish",
            form=letterhead.PublishForm,
            service=publish_letterhead,
            done=gettext_lazy("Published. New letters carry it; those that are out stay as they are."),
            guard=recent_proof_required,
        ),
        Verb(
            name="training",
            form=TrainingMonthsForm,
            service=set_training_months,
            done=gettext_lazy("Saved."),
            guard=recent_proof_required,
        ),
        Verb(
            name="sound",
            form=SoundForm,
            service=set_sound_in_copies,
            done=gettext_lazy("Saved. It holds for copies that are made from now on."),
            guard=recent_proof_required,
        ),
        Verb(
            name="promises",
            form=PromisesForm,
            service=set_promises,
            done=gettext_lazy("Promised. Questions that are open already keep the promise that runs for them."),
            guard=recent_proof_required,
        ),
        Verb(
            name="request_limits",
            form=RequestLimitsForm,
            service=set_request_limits,
            done=gettext_lazy("Saved. The limits hold for what is saved, submitted or approved from now on."),
            guard=recent_proof_required,
            page=True,
        ),
        Verb(
            name="incident_types",
            form=IncidentTypesForm,
            service=set_incident_types,
            done=gettext_lazy("Saved. Requests that are saved or submitted from now on use this list."),
            guard=recent_proof_required,
            page=True,
        ),
        Verb(
            name="ready_texts",
            form=ReadyTextsForm,
            service=set_ready_texts,
            done=gettext_lazy("Saved. Authors choose from this list from now on."),
            guard=recent_proof_required,
            page=True,
        ),
        Verb(
            name="features",
            form=FeaturesForm,
            service=set_features,
            done=gettext_lazy("In force. What was begun before goes on."),
            guard=recent_proof_required,
            page=True,
        ),
    )

    def pages(self) -> dict[str, tuple[str, View]]:
        return {
            "": ("changelist", require_safe(self.changelist_view)),
            "<uuid:public_id>/": ("change", require_safe(self.agency_view)),
            "<uuid:public_id>/zones/": ("zones", require_safe(self.zones_view)),
            "<uuid:public_id>/zones/preview/": ("zones_preview", require_POST(self.zones_preview_view)),
            "<uuid:public_id>/zones/draw/": (
                "zones_draw",
                require_http_methods(["GET", "HEAD", "POST"])(self.zones_draw_view),
            ),
            "<uuid:public_id>/letterhead/": ("letterhead", require_safe(self.letterhead_view)),
            "<uuid:public_id>/letterhead/preview/": ("letterhead_preview", require_POST(self.letterhead_preview_view)),
            **self.rule_pages(),
        }

    def agency_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The agency, an example of a case number, and the form."""
        agency = self._agency(request, public_id)
        return self._page(request, agency)

    def zones_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The zones on the map, and the form for a file."""
        return self._zones_page(request, self._agency(request, public_id), ZonesFileForm())

    def zones_preview_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """What loading the file would do; nothing is saved."""
        agency = self._agency(request, public_id)
        form = ZonesFileForm(request.POST, request.FILES)
        preview = preview_context(agency, form)
        if preview is None:
            return self._zones_page(request, agency, form, status=422)
        return self._zones_page(request, agency, form, **preview)

    def zones_draw_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """A map to draw a zone on; sent, what loading it would do. Nothing is saved."""
        agency = self._agency(request, public_id)
        form = (
            ZoneDrawForm(request.POST) if request.method == "POST" else draw_form(agency, request.GET.get("zone", ""))
        )
        preview = preview_context(agency, form) if form.is_bound else None
        if preview is not None:
            return self._zones_page(request, agency, ZonesFileForm(), **preview)
        context = {"agency": agency, "form": form, "map_config": map_config()}
        status = 422 if form.is_bound else 200
        return self.page(request, "admin/agencies/zone_draw.html", title=_("Draw a zone"), status=status, **context)

    def letterhead_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """What the agency's letters carry, and the form to change it."""
        return self._letterhead_page(request, self._agency(request, public_id))

    def letterhead_preview_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The letters with what was typed; nothing is saved."""
        agency = self._agency(request, public_id)
        form = letterhead.preview_form(request, agency)
        preview = letterhead.preview_context(agency, form, cast(User, request.user))
        if preview is None:
            return self._letterhead_page(request, agency, status=422, form=form)
        return self._letterhead_page(request, agency, **preview)

    def verb_page(self, request: HttpRequest, verb: Verb, subject: Agency, form: ServiceForm) -> HttpResponse:
        return self.rule_begun(request, subject, self.rules[verb.name])

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Agency:
        return self._agency(request, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Agency, given: dict[str, Any]
    ) -> dict[str, Any]:
        if verb.name == "details":
            given = {"details": AgencyDetails(**given)}
        if verb.name == "letterhead_publish":
            given = letterhead.arguments_of(given)
        if verb.name == "incident_types":
            given = {"types": given_in(given), "number": given["number"]}
        if verb.name == "ready_texts":
            given = {"texts": texts_in(given), "number": given["number"]}
        if verb.name == "features":
            given = {"off": off_in(given), "number": given["number"]}
        if verb.name == "request_limits":
            given = {**limits_in(given), "read": given["read"] or None}
        return {"agency": subject, "by": cast(User, request.user), **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Agency, form: ServiceForm) -> HttpResponse:
        if verb.name == "zones_load":
            return self._zones_page(request, subject, ZonesFileForm(), status=422, load_refused=form)
        if verb.name == "letterhead_publish":
            return self._letterhead_page(request, subject, status=422, refused=form)
        if verb.name in self.rules:
            return self.rule_page(request, subject, self.rules[verb.name], form, status=422)
        return self._page(request, subject, status=422, **{f"{verb.name}_form": form})

    def verb_failed(
        self, request: HttpRequest, verb: Verb, subject: Agency, form: ServiceForm, error: PortalError
    ) -> HttpResponse:
        again = self.rule_refused(request, verb, subject, form, error)
        if again is not None:
            return again
        return super().verb_failed(request, verb, subject, form, error)

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Agency) -> HttpResponse:
        page = {"zones_load": "zones", "letterhead_publish": "letterhead", "features": "features"}.get(
            verb.name, "change"
        )
        return redirect(f"admin:agencies_agency_{page}", subject.public_id)

    def managed_agency(self, request: HttpRequest, public_id: UUID) -> Agency:
        return self._agency(request, public_id)

    def _agency(self, request: HttpRequest, public_id: UUID) -> Agency:
        found = managed_agencies(request.user).filter(public_id=public_id).first()
        if found is None:
            raise NotFound(_("There is no such agency among yours."))
        return found

    def _page(self, request: HttpRequest, agency: Agency, *, status: int = 200, **given: Any) -> HttpResponse:
        context = {
            "agency": agency,
            "promises_form": promises_form(agency, given.pop("promises_form", None)),
            "case_numbers_form": CaseNumbersForm(initial={"case_mask": agency.case_mask}, auto_id="case_numbers_%s"),
            "zones": Zone.objects.filter(agency=agency).count(),
            "details_form": DetailsForm(
                initial={name: getattr(agency, name) for name in DetailsForm.base_fields}, auto_id="details_%s"
            ),
            "training_form": TrainingMonthsForm(
                initial={"training_months": agency.training_months}, auto_id="training_%s"
            ),
            "sound_form": SoundForm(
                initial={"sound_in_copies": "yes" if agency.sound_in_copies else "no"}, auto_id="sound_%s"
            ),
            **limits_beside(agency),
            "example": example_of(agency),
            "kinds": incident_choices(agency),
            "ready_texts": [one["name"] for one in present_texts(agency)[1] if not one["retired"]],
            "off": in_words(off_at(agency)),
            "cases": Case.objects.filter(agency=agency).count(),
            **given,
        }
        return self.page(request, "admin/agencies/agency.html", title=agency.name, status=status, **context)

    def _zones_page(
        self, request: HttpRequest, agency: Agency, form: ZonesFileForm, *, status: int = 200, **given: Any
    ) -> HttpResponse:
        context = {**zones_context(agency), "agency": agency, "file_form": form, **given}
        title = _("Zones of %(agency)s") % {"agency": agency}
        return self.page(request, "admin/agencies/zones.html", title=title, status=status, **context)

    def _letterhead_page(
        self, request: HttpRequest, agency: Agency, *, status: int = 200, **given: Any
    ) -> HttpResponse:
        context = {**letterhead.page_context(agency), **given}
        title = _("Letterhead of %(agency)s") % {"agency": agency}
        return self.page(request, "admin/agencies/letterhead.html", title=title, status=status, **context)
