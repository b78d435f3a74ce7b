"""Cameras for tests, made by the real services."""

from __future__ import annotations

import uuid
from typing import Any

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.services import open_purpose
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.cameras.details import CameraDetails
from apps.cameras.models import Camera, Site
from apps.cameras.services import add_site, approve_camera, register_camera
from apps.partners.models import Membership, Partner
from tests.factories.actors import actor_for
from tests.factories.people import AgencyFactory, staff

DOWNTOWN = (30.4383, -84.2807)


def owner_of(partner: Partner) -> User:
    """The person who acts for the partner."""
    return Membership.objects.select_related("user").filter(partner=partner).order_by("pk")[0].user


def site(partner: Partner, name: str = "Home") -> Site:
    """A site of the partner."""
    user = owner_of(partner)
    return add_site(partner=partner, user=user, name=name, request_key=uuid.uuid4(), actor=actor_for(user))


def pending_camera(partner: Partner, **details: Any) -> Camera:
    """A registered camera that nobody reviewed; `details` are those of `CameraDetails.checked`."""
    user = owner_of(partner)
    known: dict[str, Any] = {
        "name": "Front door",
        "latitude": DOWNTOWN[0],
        "longitude": DOWNTOWN[1],
        "bearing": 90.0,
        "field_of_view": 100.0,
        "range_m": 30.0,
        "retention_hours": 14 * 24,
        "records_sound": False,
    }
    known.update(details)
    place = known.pop("site", None) or site(partner)
    request_key = known.pop("request_key", None) or uuid.uuid4()
    return register_camera(
        site=place,
        details=CameraDetails.checked(**known),
        request_key=request_key,
        user=user,
        actor=actor_for(user),
    )


def reviewer(agency: Agency | None = None, access: str = AccessKind.REGISTRATIONS) -> tuple[User, Purpose]:
    """A program manager with a current purpose of reviewing registrations, or of what `access` names."""
    agency = agency or AgencyFactory.create()
    manager = staff(Role.PROGRAM_MANAGER, agency)
    purpose = open_purpose(
        user=manager,
        agency=agency,
        kind=PurposeKind.REGISTRATION_REVIEW,
        access=access,
        reason="Weekly review of registrations",
    )
    return manager, purpose


def camera(partner: Partner, **details: Any) -> Camera:
    """An active camera: registered by the partner's owner, approved by a program manager."""
    registered = pending_camera(partner, **details)
    manager, purpose = reviewer()
    return approve_camera(camera=registered, version=registered.version, purpose=purpose, user=manager)
