"""access_cameras: which cameras a request reached, by place and name. No purpose, no access; no entry, no access."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.allowance import allowance_of
from apps.access.models import AccessKind
from apps.access.selectors import may_access
from apps.access.services import record_access
from apps.accounts.models import User
from apps.core.errors import NotAllowed, NotFound, WrongState
from apps.footage_requests import policies
from apps.footage_requests.codes import camera_code
from apps.footage_requests.likely import likelihood_of
from apps.footage_requests.models import FootageRequest, Match
from apps.footage_requests.states import Answer, RequestState
from apps.ledger.values import Subject
from apps.partners.models import ContactRules, ContactTier


@dataclass(frozen=True, slots=True)
class CameraSeen:
    """One camera of a request, as its partner named it. Confidential: s. 119.071(3)(a), F.S."""

    match: UUID
    code: str
    camera_name: str
    site_name: str
    address: str
    partner_name: str
    latitude: float
    longitude: float
    bearing: float
    field_of_view: float
    range_m: float
    phone: str = ""  # only where the owner wishes to be called or texted
    phone_wish: str = ""
    phone_hours: str = ""


def access_cameras(*, user: User, request: FootageRequest, only: Collection[int] | None = None) -> list[CameraSeen]:
    """The places and names behind an open request's matches, for the purpose that the person opened for its case.

    Those of a partner who left or no longer allows the agency, and of a camera taken out, are not among them.
    Each call is an access and makes an entry that cites the purpose. Where the person may open fewer places, these are
    the first: cameras with footage, then those that most likely saw it. Raises NotFound, WrongState (not open),
    NotAllowed (no role that needs it, or no current purpose for this case: `code="purpose"`), TooMany if nothing is
    left to open.
    """
    if not policies.can_view_request(user, request):
        raise NotFound(_("There is no such request among yours."))
    if request.state != RequestState.OPEN:
        raise WrongState(_("Places are shown while a request is open."))
    if not policies.can_access_cameras(user, request):
        raise NotAllowed(_("Your role does not see where cameras are."))
    purpose = may_access(user, AccessKind.REQUEST_CAMERAS, agency=request.agency, case=request.case).purpose
    if purpose is None:
        raise NotAllowed(_("Record first why you need to see where the cameras are."), code="purpose")
    with transaction.atomic():
        matches = list(
            policies.matches_with_open_places(request)
            .select_related("camera__site__partner", "camera__place")
            .order_by("pk")
        )
        if only is not None:
            matches = [match for match in matches if match.pk in only]
            if not matches:
                return []
        likely = likelihood_of(request, matches)
        matches.sort(key=lambda match: (match.answer != Answer.HAS_FOOTAGE, -likely[match.pk]))
        allowance = allowance_of(purpose)
        admitted = set(allowance.admits(match.camera.public_id for match in matches))
        if matches and not admitted:
            raise allowance.refusal()
        matches = [match for match in matches if match.camera.public_id in admitted]
        subject = Subject.of("footage_request", request.public_id)
        ids = [str(match.camera.public_id) for match in matches]
        record_access(purpose, "request.cameras_viewed", subject, cameras=ids)
    rules = {
        one.partner_id: one
        for one in ContactRules.objects.filter(partner__in={match.camera.site.partner_id for match in matches}).exclude(
            tier=ContactTier.REGISTERED
        )
    }
    return [_seen(match, rules.get(match.camera.site.partner_id)) for match in matches]


def _seen(match: Match, rules: ContactRules | None) -> CameraSeen:
    camera = match.camera
    return CameraSeen(
        match=match.public_id,
        code=camera_code(camera.public_id),
        camera_name=camera.name,
        site_name=camera.site.name,
        address=camera.site.address or "",
        partner_name=camera.site.partner.name,
        latitude=camera.place.latitude,
        longitude=camera.place.longitude,
        bearing=camera.place.bearing,
        field_of_view=camera.place.field_of_view,
        range_m=camera.place.range_m,
        phone=(rules.phone or "") if rules else "",
        phone_wish=str(rules.get_tier_display()) if rules else "",
        phone_hours=f"{rules.hours} {rules.time_zone}" if rules and rules.hours else "",
    )
