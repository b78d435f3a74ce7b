"""Acts that join two apps in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from django.db import transaction

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.cameras.details import CameraDetails
from apps.cameras.models import Camera
from apps.cameras.selectors import get_site_for
from apps.cameras.services import add_site, discard_camera_draft, register_camera, update_camera
from apps.ledger import services as ledger
from apps.ledger.values import Act, Actor, Subject
from apps.partners.models import Partner
from apps.partners.services import ContactWish, join_program, set_consents, set_contact_rules
from apps.portal.camera_forms import NEW_SITE
from apps.terms.services import accept_documents
from apps.terms.services.accepting import Shown

#: The draft of a camera that is not registered yet; that of a change is called by the camera's public id.
NEW_CAMERA = "add"


def record_data_download(*, user: User, form: str, actor: Actor) -> None:
    """The person took everything held about them, as a page or a file: recorded, because a thief could have done it."""
    with transaction.atomic():
        subject = Subject.of("user", user.public_id)
        ledger.append(Act(action="account.data_disclosed", actor=actor, subject=subject, facts={"form": form}))


@transaction.atomic
def join_and_accept(
    *,
    user: User,
    kind: str,
    name: str,
    agencies: Iterable[Agency],
    shown: Sequence[Shown],
    request_key: UUID,
    actor: Actor,
) -> Partner:
    """Joins the program and accepts the documents that the same page showed: both, or neither.

    Raises what `join_program` and `accept_documents` raise, Stale where the documents changed meanwhile. Where none was
    shown, none is accepted; the partner is asked for it before anything else.
    """
    partner = join_program(user=user, kind=kind, name=name, agencies=agencies, request_key=request_key, actor=actor)
    if shown:
        accept_documents(partner=partner, user=user, shown=shown, actor=actor)
    return partner


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


@transaction.atomic
def set_consent(
    *, partner: Partner, user: User, agencies: Iterable[Agency], wish: ContactWish, version: int, actor: Actor
) -> None:
    """Which agencies may ask, how, when and how often: all of it or nothing. Raises what the two services raise."""
    set_consents(partner=partner, user=user, agencies=agencies, actor=actor)
    set_contact_rules(partner=partner, user=user, wish=wish, version=version, actor=actor)
