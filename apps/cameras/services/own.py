"""Cameras through their owner's own form: the draft of the form ends with the act."""

from __future__ import annotations

from uuid import UUID, uuid5

from django.db import transaction

from apps.accounts.models import User
from apps.cameras.details import CameraDetails
from apps.cameras.models import Camera
from apps.cameras.selectors import get_site_for
from apps.cameras.services.drafts import discard_camera_draft
from apps.cameras.services.registration import register_camera, update_camera
from apps.cameras.services.sites import add_site
from apps.ledger.values import Actor
from apps.partners.models import Partner

#: The draft of a camera that is not registered yet; that of a change is called by the camera's public id.
NEW_CAMERA = "add"
#: Chosen in place of a site's public id: the site is made with the camera.
NEW_SITE = "new"


@transaction.atomic
def register_camera_at(
    *,
    partner: Partner,
    user: User,
    site_id: str,
    site_name: str,
    site_address: str,
    request_key: UUID,
    actor: Actor,
    details: CameraDetails,
) -> Camera:
    """Registers a camera at one of the partner's sites, or at a new one that is made with it or not at all.

    A repeat of `request_key` returns the first camera. The person's draft is gone with it. Raises what the cameras'
    services raise.
    """
    if site_id == NEW_SITE:
        site = add_site(
            partner=partner,
            name=site_name,
            address=site_address,
            request_key=uuid5(request_key, "site"),
            user=user,
            actor=actor,
        )
    else:
        site = get_site_for(user, site_id)
    camera = register_camera(site=site, details=details, request_key=request_key, user=user, actor=actor)
    discard_camera_draft(user=user, partner=partner, form=NEW_CAMERA)
    return camera


@transaction.atomic
def change_camera(
    *, camera: Camera, version: int, partner: Partner, user: User, actor: Actor, details: CameraDetails
) -> Camera:
    """Saves an owner's corrections, as `update_camera` does; the person's draft of them is gone with it."""
    camera = update_camera(camera=camera, version=version, details=details, user=user, actor=actor)
    discard_camera_draft(user=user, partner=partner, form=str(camera.public_id))
    return camera
