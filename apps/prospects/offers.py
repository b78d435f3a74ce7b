"""Offers of cameras, as who made them and who has the link read them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Camera
from apps.core.errors import NotFound
from apps.partners.models import Partner
from apps.prospects.models import CameraOffer, OfferedCamera
from apps.prospects.policies import viewable_offers


def offers_of(user: User, partner: Partner) -> QuerySet[CameraOffer]:
    """What the partner offered, the newest first, with the cameras at hand."""
    rows = viewable_offers(user).filter(partner=partner).select_related("site")
    return rows.prefetch_related("cameras__camera").order_by("-pk")


def get_offer_for(user: User, public_id: UUID) -> CameraOffer:
    """The offer, for who runs the account that made it. Raises NotFound."""
    rows = viewable_offers(user).select_related("partner", "site").prefetch_related("cameras__camera")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such offer among yours."))
    return found


def offer_by_id(public_id: UUID) -> CameraOffer:
    """The offer, for a caller who has seen that its link was opened. Raises NotFound."""
    found = CameraOffer.objects.select_related("partner", "site", "taken_by").filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such offer."))
    return found


def names_in(offer: CameraOffer) -> list[str]:
    """The names of the cameras: all that who has the link reads of them before a yes."""
    return [row.camera.name for row in offer.cameras.select_related("camera").order_by("pk")]


def passed_on(camera: Camera) -> tuple[OfferedCamera | None, OfferedCamera | None]:
    """How the camera came to its partner and how it left it, for staff who see both registrations; None: it did not."""
    rows = OfferedCamera.objects.filter(Q(camera=camera, new__isnull=False) | Q(new=camera))
    found = list(rows.select_related("camera", "new", "offer"))
    came = next((row for row in found if row.new_id == camera.pk), None)
    left = next((row for row in found if row.camera_id == camera.pk), None)
    return came, left
