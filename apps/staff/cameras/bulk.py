"""Several registrations at once: each goes through its own service, and what was refused is said with the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access.forms import PurposeForm
from apps.access.models import AccessKind, Purpose
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.cameras import policies
from apps.cameras.models import Camera
from apps.cameras.services import approve_from_list, retire_camera, return_camera
from apps.cameras.states import CAMERA_TRANSITIONS, CameraState
from apps.core.errors import NotAllowed, PortalError
from apps.staff.cameras.acting import managing_agency
from apps.staff.cameras.forms import (
    BulkForm,
    RetireReasonsForm,
    ReturnReasonsForm,
)
from apps.staff.partners.admin import ProgramAdmin

MOST_AT_ONCE = 200
_SERVICES: dict[str, Callable[..., Camera]] = {
    "approve": approve_from_list,
    "return": return_camera,
    "retire": retire_camera,
}
_AFTER = {"approve": CameraState.ACTIVE, "return": CameraState.RETURNED, "retire": CameraState.RETIRED}
_REASONS = {"return": ReturnReasonsForm, "retire": RetireReasonsForm}


@dataclass(frozen=True, slots=True)
class Refused:
    """A registration that was left as it is, and why."""

    camera: Camera
    why: str


class BulkDecisions(ProgramAdmin):
    """The actions of the register's list, their confirmation and their outcome."""

    actions = ("approve_chosen", "return_chosen", "retire_chosen")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Program managers alone; nothing is ever deleted from a list."""
        if not policies.can_review_cameras(cast(User, request.user)):
            return {}
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    @admin.action(description=gettext_lazy("Approve"))
    def approve_chosen(self, request: HttpRequest, chosen: QuerySet[Camera]) -> HttpResponse | None:
        return self._confirm(request, "approve", chosen)

    @admin.action(description=gettext_lazy("Return with a reason"))
    def return_chosen(self, request: HttpRequest, chosen: QuerySet[Camera]) -> HttpResponse | None:
        return self._confirm(request, "return", chosen)

    @admin.action(description=gettext_lazy("Take out of the program"))
    def retire_chosen(self, request: HttpRequest, chosen: QuerySet[Camera]) -> HttpResponse | None:
        return self._confirm(request, "retire", chosen)

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """Do what was confirmed, one registration after the other.

        Killed halfway, what is done is done. Sending the page again tells which were done before, and the
        rest is done.
        """
        user = cast(User, request.user)
        if not policies.can_review_cameras(user):
            raise NotAllowed(_("Only a program manager reviews registrations."), code="role")
        form = BulkForm(request.POST)
        versions = _versions_in(request.POST.getlist("camera"))
        if not form.is_valid() or not versions:
            messages.error(request, _("Choose the registrations in the list first."))
            return redirect("admin:cameras_camera_changelist")
        verb = form.cleaned_data["verb"]
        cameras = list(_rows(policies.viewable_cameras(user).filter(public_id__in=versions)))
        reasons = _REASONS[verb](request.POST) if verb in _REASONS else None
        purpose_form = review_purpose_form(user, {"reason": request.POST.get("purpose", "")})
        purpose = may_access(user, AccessKind.REGISTRATIONS).purpose
        wrong_reason = reasons is not None and not reasons.is_valid()
        wrong_purpose = purpose is None and not purpose_form.is_valid()
        if wrong_reason or wrong_purpose or len(cameras) > MOST_AT_ONCE:
            return self._bulk_page(request, verb, cameras, reasons, purpose_form, versions, status=422)
        if purpose is None:
            purpose = purpose_form.open()
        if purpose is None:
            return self._bulk_page(request, verb, cameras, reasons, purpose_form, versions, status=422)
        given = reasons.cleaned_data if reasons else {}
        done, refused = _decide_each(verb, cameras, versions, given, purpose, user)
        outcome = {"verb": verb, "done": done, "refused": refused}
        return self.page(request, "admin/cameras/bulk_done.html", title=_("What was done"), **outcome)

    def _confirm(self, request: HttpRequest, verb: str, chosen: QuerySet[Camera]) -> HttpResponse | None:
        cameras = list(_rows(chosen)[: MOST_AT_ONCE + 1])
        if len(cameras) > MOST_AT_ONCE:
            messages.error(request, _("Choose at most %(most)d registrations at once.") % {"most": MOST_AT_ONCE})
            return None
        reasons = _REASONS[verb]() if verb in _REASONS else None
        return self._bulk_page(request, verb, cameras, reasons, review_purpose_form(cast(User, request.user)), {})

    def _bulk_page(
        self,
        request: HttpRequest,
        verb: str,
        cameras: list[Camera],
        reasons: Any,
        purpose_form: PurposeForm,
        versions: dict[UUID, int],
        *,
        status: int = 200,
    ) -> HttpResponse:
        titles = {
            "approve": _("Approve these registrations?"),
            "return": _("Return these registrations?"),
            "retire": _("Take these cameras out of the program?"),
        }
        context = {
            "verb": verb,
            "skipped": {camera.pk for camera in cameras if not CAMERA_TRANSITIONS.allows(camera.state, _AFTER[verb])},
            "gone": getattr(request, "selected_and_gone", 0),
            # The versions that the manager saw, also when the form comes back: a change since then is told.
            "chosen": [(camera, versions.get(camera.public_id, camera.version)) for camera in cameras],
            "purpose": may_access(cast(User, request.user), AccessKind.REGISTRATIONS).purpose,
            "purpose_form": purpose_form,
            "reasons": reasons,
        }
        return self.page(request, "admin/cameras/bulk.html", title=titles[verb], status=status, **context)


def _decide_each(
    verb: str, cameras: list[Camera], versions: dict[UUID, int], given: dict[str, Any], purpose: Purpose, user: User
) -> tuple[list[Camera], list[Refused]]:
    done, refused = [], []
    for camera in cameras:
        try:
            version = versions[camera.public_id]
            _SERVICES[verb](camera=camera, version=version, purpose=purpose, user=user, **given)
        except PortalError as error:
            if camera.state == _AFTER[verb] and camera.version == versions[camera.public_id] + 1:
                done.append(camera)  # by this very form, sent before and cut off
            else:
                refused.append(Refused(camera, str(error.message)))
        else:
            done.append(camera)
    return done, refused


def review_purpose_form(user: User, data: Any = None) -> PurposeForm:
    """Asks a program manager why registrations are reviewed. Raises NotAllowed for everybody else."""
    agency = managing_agency(user)
    if agency is None:
        raise NotAllowed(_("Only a program manager reviews registrations."), code="role")
    return PurposeForm(user, AccessKind.REGISTRATIONS, data, agency=agency)


def _rows(cameras: QuerySet[Camera]) -> QuerySet[Camera]:
    rows = cameras.select_related("site__partner", "zone__agency").prefetch_related("conformances__specification")
    return rows.defer(None).order_by("waiting_since", "pk")


def _versions_in(chosen: list[str]) -> dict[UUID, int]:
    """From `public id:version` as the page carries them; what is not of this form is left out."""
    found = {}
    for one in chosen[: MOST_AT_ONCE + 1]:
        public_id, _colon, version = one.partition(":")
        try:
            found[UUID(public_id)] = int(version)
        except ValueError:
            continue
    return found
