"""Requests with what they reach: active cameras of partners who consented, drafts, open requests and their links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.cameras.models import Camera, CameraPlace, Site
from apps.cameras.places import place_fields
from apps.cameras.states import CameraState
from apps.footage_requests import services
from apps.footage_requests.models import FootageRequest, Invitation, Match
from apps.geo import Sector
from apps.partners.models import Partner
from tests.factories.actors import actor_for
from tests.factories.links import token_of
from tests.factories.people import AgencyFactory, registrant, staff

# What a supervisor says where a request is wider than usual; elsewhere the rule is not kept.
BEYOND_LIMIT = {"words": "They fled through all of it.", "rule": "General Order 46, section 3"}
CENTER = [-84.2807, 30.4383]


def circle(radius_m: float = 300, center: list[float] | None = None) -> dict[str, Any]:
    """A circle about the middle of town."""
    return {"type": "Circle", "center": center or CENTER, "radius_m": radius_m}


def window(*, hours_ago: float = 6, hours: float = 1) -> dict[str, datetime]:
    """A window that ended some hours ago, on whole minutes."""
    start = (timezone.now() - timedelta(hours=hours_ago)).replace(second=0, microsecond=0)
    return {"window_start": start, "window_end": start + timedelta(hours=hours)}


def camera_at(
    partner: Partner,
    latitude: float = CENTER[1],
    longitude: float = CENTER[0],
    *,
    retention_hours: int = 168,
    state: str = CameraState.ACTIVE,
    name: str = "Front door",
) -> Camera:
    """A camera of the partner that looks north for 40 meters from this place."""
    site = Site.objects.create(partner=partner, name="Home", address="1 Secret Lane")
    camera = Camera.objects.create(site=site, name=name, state=state, retention_hours=retention_hours)
    CameraPlace.objects.create(camera=camera, **place_fields(Sector(latitude, longitude, 0, 90, 40)))
    return camera


def content(**changes: Any) -> dict[str, Any]:
    """What a detective fills in."""
    return {
        "case_number": "26-004711",
        "incident_type": "burglary",
        "reason": "The suspect fled on foot past these houses.",
        "message": "A person in a red jacket.",
        "area": circle(),
        **window(),
    } | changes


def draft(author: User, agency: Agency, **changes: Any) -> FootageRequest:
    """A draft of this author."""
    return services.draft_request(user=author, agency=agency, actor=actor_for(author), **content(**changes))


def submitted(author: User, agency: Agency, **changes: Any) -> FootageRequest:
    """A request that waits for a supervisor."""
    request = draft(author, agency, **changes)
    return services.submit_request(user=author, request=request, version=request.version, actor=actor_for(author))


@dataclass
class Opened:
    """An open request with everything that a test wants of it."""

    request: FootageRequest
    agency: Agency
    author: User
    supervisor: User
    invitations: list[Invitation] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    tokens: dict[Any, str] = field(default_factory=dict)

    @property
    def invitation(self) -> Invitation:
        """The only invitation, or the first."""
        return self.invitations[0]

    @property
    def match(self) -> Match:
        return self.matches[0]

    def token(self, invitation: Invitation | None = None) -> str:
        """The secret of the link."""
        return self.tokens[(invitation or self.invitation).public_id]


def open_request(agency: Agency | None = None, *cameras: Camera, **changes: Any) -> Opened:
    """An open request that reaches `cameras` (or one camera of a new resident), through the real services.

    Cameras have to be active, inside the area, of partners that accepted the terms and consented to the agency.
    """
    agency = agency or AgencyFactory.create()
    if not cameras:
        _user, partner = registrant(agency)
        cameras = (camera_at(partner),)
    author, supervisor = staff(Role.DETECTIVE, agency), staff(Role.SUPERVISOR, agency)
    request = submitted(author, agency, **changes)
    request = services.approve_request(
        user=supervisor, request=request, version=request.version, actor=actor_for(supervisor), **BEYOND_LIMIT
    )
    invitations = list(Invitation.objects.filter(request=request).order_by("pk"))
    return Opened(
        request=request,
        agency=agency,
        author=author,
        supervisor=supervisor,
        invitations=invitations,
        matches=list(Match.objects.filter(request=request).order_by("pk")),
        tokens={one.public_id: token_of(one.public_id) for one in invitations},
    )
