"""The register for program managers: a queue without places, and a registration's page that opens one, recorded."""

from __future__ import annotations

import base64
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import BooleanField, ExpressionWrapper, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind, Purpose
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.agencies.features import Feature, has_open
from apps.agencies.maps import map_config
from apps.agencies.models import Role
from apps.cameras import policies, queue, selectors
from apps.cameras.check_state import check_state, last_clock_picture
from apps.cameras.duplicates import SideBySide, found_before, show_side_by_side
from apps.cameras.models import Camera
from apps.cameras.review_reasons import return_words
from apps.cameras.services import approve_camera, mark_not_same, retire_camera, retire_duplicate, return_camera
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState
from apps.core.admin import View
from apps.core.errors import NotAllowed, TooMany
from apps.core.forms import ServiceForm
from apps.geo import for_map
from apps.prospects.offers import passed_on
from apps.specifications.states import ConformanceOutcome
from apps.staff.cameras.bulk import BulkDecisions, review_purpose_form
from apps.staff.cameras.filters import BoundsFilter, StateFilter, ZoneFilter
from apps.staff.cameras.forms import DecisionForm, PairForm, RetireForm, ReturnForm
from apps.staff.partners.finding import FoundByName
from apps.staff.purposes import PurposeScreen
from apps.staff.verbs import Verb


@admin.register(Camera)
class CameraAdmin(FoundByName, BulkDecisions, PurposeScreen):
    """Registrations; the list opens with those that wait, the longest waiting first. Places are on no list."""

    viewable = staticmethod(policies.viewable_cameras)
    empty_words = gettext_lazy("No registration waits for review. The filters show those that were decided.")
    list_display = ("waited", "partner_name", "kind", "zone_or_none", "state", "outcome")
    list_display_links = ("waited", "partner_name")
    list_filter = (StateFilter, ZoneFilter, BoundsFilter, "site__partner__kind")
    list_select_related = ("site__partner", "zone__agency")
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    partner = "site__partner_id"
    verbs = (
        Verb(
            name="approve",
            form=DecisionForm,
            service=approve_camera,
            done=gettext_lazy("Approved. The registrant gets a message."),
        ),
        Verb(name="return", form=ReturnForm, service=return_camera, done=gettext_lazy("Returned with your words.")),
        Verb(name="retire", form=RetireForm, service=retire_camera, done=gettext_lazy("Taken out of the program.")),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).defer("notes", "name")
        outside = ExpressionWrapper(queue.out_of_bounds(), output_field=BooleanField())
        found: QuerySet[Camera] = rows.annotate(is_outside=outside, latest_outcome=selectors.latest_outcome())
        return found

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        waits = request.GET.get(StateFilter.parameter_name, CameraState.PENDING) == CameraState.PENDING
        return ("waiting_since", "pk") if waits else ("-created_at", "-pk")

    @admin.display(description=gettext_lazy("waiting"))
    def waited(self, camera: Camera) -> str:
        if camera.state != CameraState.PENDING:
            return date_format(timezone.localtime(camera.created_at), "DATE_FORMAT")
        return timesince(camera.waiting_since, depth=1)

    @admin.display(description=gettext_lazy("partner"))
    def partner_name(self, camera: Camera) -> str:
        return str(camera.site.partner.name)

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, camera: Camera) -> str:
        return camera.site.partner.get_kind_display()

    @admin.display(description=gettext_lazy("zone"))
    def zone_or_none(self, camera: Camera) -> str:
        if getattr(camera, "is_outside", False):
            return str(format_html('<span class="flag">{}</span>', _("outside the area of the program")))
        if camera.zone is None:
            return str(format_html('<span class="flag">{}</span>', _("outside every zone")))
        return str(camera.zone)

    @admin.display(description=gettext_lazy("specification"))
    def outcome(self, camera: Camera) -> str:
        found: str | None = camera.latest_outcome  # type: ignore[attr-defined]
        return str(ConformanceOutcome(found).label) if found else "–"

    def pages(self) -> dict[str, tuple[str, View]]:
        one = "<uuid:public_id>/"
        return {
            "": ("changelist", self.changelist_view),
            "next/": ("next", self.next_view),
            "bulk/": ("bulk", require_POST(self.bulk_view)),
            one: ("change", self.camera_view),
            f"{one}pair/": ("pair", require_POST(self.pair_view)),
        }

    def next_view(self, request: HttpRequest) -> HttpResponse:
        """The registration whose turn it is: the longest waiting, or the one behind `after`."""
        user = cast(User, request.user)
        if not self.has_view_permission(request):
            raise NotAllowed(_("Only a program manager reviews registrations."), code="role")
        after = None
        if request.GET.get("after"):
            after = self.get_object(request, request.GET["after"])
        return self._onward(request, user, cast("Camera | None", after))

    def camera_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One registration. With a purpose of reviewing, opening it shows the place and records the access."""
        return self._page(request, self._camera(request, public_id))

    def purpose_form(self, user: User, subject: Camera, data: Any = None) -> PurposeForm:
        return review_purpose_form(user, data)

    def purpose_done(self, request: HttpRequest, subject: Camera) -> HttpResponse:
        return _back(subject)

    def pair_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Say of two cameras that look alike whether they are one."""
        camera, user, purpose = self._decider(request, public_id)
        form = PairForm(request.POST)
        if not form.is_valid():
            return self._page(request, camera, status=422)
        given = form.cleaned_data
        other = selectors.get_camera_for(user, given["other"])
        common: dict[str, Any] = {"purpose": purpose, "user": user}
        if given["verdict"] == "not_same":
            mark_not_same(camera=camera, other=other, **common)
            messages.success(request, _("Noted: they are two cameras. Nobody is asked about them again."))
            return _back(camera)
        if given["verdict"] == "keep_this":
            retire_duplicate(camera=other, version=given["other_version"], kept=camera, **common)
            messages.success(request, _("The other registration was retired as a duplicate of this one."))
            return _back(camera)
        retire_duplicate(camera=camera, version=given["version"], kept=other, **common)
        messages.success(request, _("Retired as a duplicate. The other registration stays."))
        return self._onward(request, user, camera)

    def verb_subject(self, request: HttpRequest, verb: Verb, public_id: UUID) -> Camera:
        return self._camera(request, public_id)

    def verb_arguments(
        self, request: HttpRequest, verb: Verb, subject: Camera, given: dict[str, Any]
    ) -> dict[str, Any]:
        user = cast(User, request.user)
        purpose = may_access(user, AccessKind.REGISTRATIONS).purpose
        return {"camera": subject, "purpose": purpose, "user": user, **given}

    def verb_refused(self, request: HttpRequest, verb: Verb, subject: Camera, form: ServiceForm) -> HttpResponse:
        return self._page(request, subject, status=422, **{f"{verb.name}_form": form})

    def verb_done(self, request: HttpRequest, verb: Verb, subject: Camera) -> HttpResponse:
        return self._onward(request, cast(User, request.user), subject)

    def _onward(self, request: HttpRequest, user: User, after: Camera | None) -> HttpResponse:
        following = queue.next_waiting(user, after)
        if following is None:
            messages.info(request, _("No other registration waits for review."))
            return redirect("admin:cameras_camera_changelist")
        return _back(following)

    def _camera(self, request: HttpRequest, public_id: UUID) -> Camera:
        return selectors.get_camera_for(cast(User, request.user), public_id)

    def _decider(self, request: HttpRequest, public_id: UUID) -> tuple[Camera, User, Purpose | None]:
        user = cast(User, request.user)
        return self._camera(request, public_id), user, may_access(user, AccessKind.REGISTRATIONS).purpose

    def _page(self, request: HttpRequest, camera: Camera, *, status: int = 200, **forms: Any) -> HttpResponse:
        user = cast(User, request.user)
        may_review = policies.can_review_cameras(user)
        purpose = may_access(user, AccessKind.REGISTRATIONS).purpose if may_review else None
        shown, limit = None, ""
        if purpose is not None and policies.can_view_place(user, camera, purpose):
            try:
                shown = show_side_by_side(camera=camera, purpose=purpose, user=user)
            except TooMany as refused:
                limit = str(refused.message)
        conformance = selectors.conformance_of(camera)
        decision = {"version": camera.version}
        came, left = passed_on(camera)
        context = {
            "camera": camera,
            "check": check_state(camera.pk),
            "clock_photo": base64.b64encode(last_clock_picture(camera.pk)).decode() if shown else "",
            "purpose": purpose,
            "place": shown.place if shown else None,
            "limit": limit,
            "photo": _photo(shown),
            "duplicates": shown.duplicates if shown else [],
            "found_before": found_before(camera),
            "came": came,
            "left": left,
            "return_words": return_words(camera),
            "conformance": conformance,
            "findings": selectors.findings_of(conformance) if conformance else [],
            "in_bounds": shown is None or selectors.stands_in_bounds(shown.place),
            "waiting": queue.waiting(user).count() if may_review else 0,
            "may_review": may_review,
            "has_map": has_open(user, Feature.PARTNER_MAP, Role.PROGRAM_MANAGER),
            "may": {
                "approve": CAMERA_TRANSITIONS.allows(camera.state, CameraState.ACTIVE),
                "return": CAMERA_TRANSITIONS.allows(camera.state, CameraState.RETURNED),
                "retire": CAMERA_TRANSITIONS.allows(camera.state, CameraState.RETIRED),
            },
            "purpose_form": review_purpose_form(user) if may_review else None,
            "return_form": ReturnForm(initial=decision, auto_id="return_%s"),
            "retire_form": RetireForm(initial=decision, auto_id="retire_%s"),
            "map_config": map_config() if shown else None,
            "map_cameras": _on_map(shown) if shown else [],
            **forms,
        }
        return self.page(request, "admin/cameras/camera.html", title=_("Registration"), status=status, **context)


def _back(camera: Camera) -> HttpResponse:
    return redirect("admin:cameras_camera_change", public_id=camera.public_id)


def _photo(shown: SideBySide | None) -> str:
    """The photo of the view, inside the page: the access that opened the place opens it, and no address leads to it."""
    view = selectors.view_beside(shown.place) if shown else None
    return base64.b64encode(bytes(view.picture)).decode() if view else ""


def _on_map(shown: SideBySide) -> list[dict[str, float]]:
    return [for_map(place) for place in (shown.place, *(one.place for one in shown.duplicates))]
