"""The register for program managers: a queue without places, and a registration's page that opens one, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.maps import map_config
from apps.agencies.models import Agency, Purpose, PurposeKind, Role
from apps.agencies.policies import agencies_of
from apps.agencies.services import open_purpose
from apps.cameras import policies, selectors
from apps.cameras.forms import DecisionForm, ReasonedDecisionForm, ReviewPurposeForm
from apps.cameras.models import Camera, CameraPlace
from apps.cameras.services import approve_camera, retire_camera, return_camera
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState
from apps.core.errors import NotAllowed, PortalError
from apps.ledger.values import Actor
from apps.partners.admin import ProgramAdmin


@admin.register(Camera)
class CameraAdmin(ProgramAdmin):
    """Registrations, those that wait first to be found by the filter. Places are on no list."""

    viewable = staticmethod(policies.viewable_cameras)
    list_display = ("created_at", "partner_name", "kind", "zone", "state", "outcome")
    list_filter = ("state", "site__partner__kind", ("zone", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("site__partner", "zone")
    ordering = ("-created_at", "-pk")
    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("conformances__specification")

    @admin.display(description=gettext_lazy("partner"))
    def partner_name(self, camera: Camera) -> str:
        return str(camera.site.partner.name)

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, camera: Camera) -> str:
        return camera.site.partner.get_kind_display()

    @admin.display(description=gettext_lazy("specification"))
    def outcome(self, camera: Camera) -> str:
        found = selectors.conformance_of(camera)
        return found.get_outcome_display() if found else "–"

    def get_urls(self) -> list[URLPattern]:
        one = "<uuid:public_id>/"
        pages: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
            "": ("changelist", self.changelist_view),
            one: ("change", self.camera_view),
            f"{one}purpose/": ("purpose", require_POST(self.purpose_view)),
            f"{one}approve/": ("approve", require_POST(self.approve_view)),
            f"{one}return/": ("return", require_POST(self.return_view)),
            f"{one}retire/": ("retire", require_POST(self.retire_view)),
        }
        guarded = self.admin_site.admin_view
        return [path(route, guarded(view), name=f"cameras_camera_{name}") for route, (name, view) in pages.items()]

    def camera_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """One registration. With a purpose of reviewing, opening it shows the place and records the look."""
        return self._page(request, self._camera(request, public_id))

    def purpose_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Record why the registration is reviewed; the page then shows the place."""
        camera, user = self._camera(request, public_id), cast(User, request.user)
        agency = _reviewing_agency(user)
        form = ReviewPurposeForm(request.POST)
        if agency is None:
            raise NotAllowed(_("Only a program manager reviews registrations."), code="role")
        if form.is_valid():
            try:
                open_purpose(
                    user=user,
                    agency=agency,
                    kind=PurposeKind.REGISTRATION_REVIEW,
                    reason=form.cleaned_data["reason"],
                    actor=_actor(user, agency),
                )
            except PortalError as error:
                form.add_error("reason", str(error.message))
            else:
                return _back(camera)
        return self._page(request, camera, status=422, purpose_form=form)

    def approve_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """The registration is in order."""
        camera, user, purpose = self._decider(request, public_id)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self._page(request, camera, status=422)
        approve_camera(
            camera=camera,
            version=form.cleaned_data["version"],
            purpose=purpose,
            user=user,
            actor=_actor(user, purpose.agency if purpose else None),
        )
        messages.success(request, _("Approved. The registrant gets a message."))
        return _back(camera)

    def return_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Ask the registrant for a correction."""
        return self._reasoned(request, public_id, return_camera, "return_form", _("Returned with your words."))

    def retire_view(self, request: HttpRequest, public_id: UUID) -> HttpResponse:
        """Take the camera out of the program."""
        return self._reasoned(request, public_id, retire_camera, "retire_form", _("Taken out of the program."))

    def _reasoned(
        self, request: HttpRequest, public_id: UUID, service: Callable[..., Camera], form_name: str, done: str
    ) -> HttpResponse:
        camera, user, purpose = self._decider(request, public_id)
        form = ReasonedDecisionForm(request.POST)
        if not form.is_valid():
            return self._page(request, camera, status=422, **{form_name: form})
        service(
            camera=camera,
            version=form.cleaned_data["version"],
            reason=form.cleaned_data["reason"],
            purpose=purpose,
            user=user,
            actor=_actor(user, purpose.agency if purpose else None),
        )
        messages.success(request, done)
        return _back(camera)

    def _camera(self, request: HttpRequest, public_id: UUID) -> Camera:
        return selectors.get_camera_for(cast(User, request.user), public_id)

    def _decider(self, request: HttpRequest, public_id: UUID) -> tuple[Camera, User, Purpose | None]:
        user = cast(User, request.user)
        return self._camera(request, public_id), user, selectors.review_purpose(user)

    def _page(self, request: HttpRequest, camera: Camera, *, status: int = 200, **forms: Any) -> HttpResponse:
        user = cast(User, request.user)
        may_review = policies.can_review_cameras(user)
        purpose = selectors.review_purpose(user) if may_review else None
        place = None
        if purpose is not None and policies.can_view_place(user, camera, purpose):
            place = selectors.place_for(camera=camera, purpose=purpose, user=user, actor=_actor(user, purpose.agency))
        conformance = selectors.conformance_of(camera)
        decision = {"version": camera.version}
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Registration"),
            "camera": camera,
            "purpose": purpose,
            "place": place,
            "conformance": conformance,
            "reasons": selectors.reasons_of(conformance) if conformance else [],
            "in_bounds": place is None or selectors.stands_in_bounds(place),
            "may_review": may_review,
            "may": {
                "approve": CAMERA_TRANSITIONS.allows(camera.state, CameraState.ACTIVE),
                "return": CAMERA_TRANSITIONS.allows(camera.state, CameraState.RETURNED),
                "retire": CAMERA_TRANSITIONS.allows(camera.state, CameraState.RETIRED),
            },
            "purpose_form": ReviewPurposeForm(),
            "return_form": ReasonedDecisionForm(initial=decision, auto_id="return_%s"),
            "retire_form": ReasonedDecisionForm(initial=decision, auto_id="retire_%s"),
            "map_config": map_config() if place else None,
            "map_cameras": [_on_map(place)] if place else [],
            **forms,
        }
        response = TemplateResponse(request, "admin/cameras/camera.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


def _reviewing_agency(user: User) -> Agency | None:
    return agencies_of(user, Role.PROGRAM_MANAGER).order_by("pk").first()


def _actor(user: User, agency: Agency | None) -> Actor:
    return actor_for(user, role=Role.PROGRAM_MANAGER, agency=agency.short_name if agency else "")


def _back(camera: Camera) -> HttpResponse:
    return redirect("admin:cameras_camera_change", public_id=camera.public_id)


def _on_map(place: CameraPlace) -> dict[str, float]:
    return {
        "longitude": place.longitude,
        "latitude": place.latitude,
        "bearing": place.bearing,
        "fieldOfView": place.field_of_view,
        "range": place.range_m,
    }
