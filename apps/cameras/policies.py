"""Who may see a camera, who may change it, and for what purpose staff may see where it stands."""

from __future__ import annotations

from functools import reduce
from operator import or_

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from apps.access.models import AccessKind, Purpose, PurposeKind
from apps.access.reach import EVERYWHERE, grown, holds, reach_of
from apps.access.selectors import may_access
from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import Person, serves_as
from apps.cameras.models import Camera, CameraDraft, CameraPlace, CatalogEntry, Conformance, MemberSite, Site
from apps.cameras.states import CameraState
from apps.core.errors import NotAllowed
from apps.geo import Bounds
from apps.partners.models import Consent, Membership
from apps.partners.policies import (
    MANAGING_ROLES,
    can_manage_partner,
    is_member,
    is_of_program,
    memberships_of,
    partners_for,
    partners_with,
)

# Purposes of these kinds open places of cameras.
PLACE_ACCESS = (AccessKind.PARTNER_MAP, AccessKind.REGISTRATIONS)


def _is_staff(user: Person) -> bool:
    return isinstance(user, User) and user.is_active and user.is_staff


def viewable_cameras(user: Person) -> QuerySet[Camera]:
    """Registrants see their partner's cameras; program managers and auditors see the register, without places.

    A responder for some sites sees the cameras of those.
    """
    if _is_staff(user):
        return Camera.objects.all() if is_of_program(user) else Camera.objects.none()
    memberships = memberships_of(user)
    every = partners_with(memberships.filter(only_sites=False))
    return Camera.objects.filter(Q(site__partner__in=every) | Q(site__in=sites_of_members(memberships)))


def can_view_camera(user: Person, camera: Camera) -> bool:
    if _is_staff(user):
        return is_of_program(user)
    return memberships_at(camera.site_id, memberships_of(user).filter(partner_id=camera.site.partner_id)).exists()


def sites_of_members(memberships: QuerySet[Membership]) -> QuerySet[MemberSite, int]:
    """The keys of the sites for which those of these memberships answer that are for some sites only."""
    limited = memberships.filter(only_sites=True).order_by()
    return MemberSite.objects.filter(membership__in=limited.values("pk")).values_list("site", flat=True)


def memberships_at(site: int, memberships: QuerySet[Membership]) -> QuerySet[Membership]:
    """Those of these memberships, all of the site's partner, that answer for the site with this key."""
    named = MemberSite.objects.filter(membership=OuterRef("pk"), site_id=site)
    return memberships.filter(Q(only_sites=False) | Exists(named))


def viewable_sites(user: Person) -> QuerySet[Site]:
    """Those who run the partner's account: a site holds an address. Who only answers sees its name in a request."""
    return Site.objects.filter(partner__in=partners_for(user, *MANAGING_ROLES))


def can_view_site(user: Person, site: Site) -> bool:
    return can_manage_partner(user, site.partner)


def viewable_conformances(user: Person) -> QuerySet[Conformance]:
    """People who see the camera see how it did."""
    cameras = viewable_cameras(user)
    return Conformance.objects.none() if cameras.query.is_empty() else Conformance.objects.filter(camera__in=cameras)


def can_view_conformance(user: Person, conformance: Conformance) -> bool:
    return can_view_camera(user, conformance.camera)


def viewable_catalog(user: Person) -> QuerySet[CatalogEntry]:
    """What is offered is no secret; what is not (any more) is for the people of the program."""
    return CatalogEntry.objects.all() if is_of_program(user) else CatalogEntry.objects.filter(is_offered=True)


def can_view_catalog_entry(user: Person, entry: CatalogEntry) -> bool:
    return entry.is_offered or is_of_program(user)


def can_edit_catalog(user: User) -> bool:
    """Program managers write it."""
    return serves_as(user, Role.PROGRAM_MANAGER)


def viewable_drafts(user: Person) -> QuerySet[CameraDraft]:
    """One's own, of partners for whom one still acts: not even a colleague sees what somebody has not sent."""
    if not isinstance(user, User) or _is_staff(user):
        return CameraDraft.objects.none()
    return CameraDraft.objects.filter(user=user, partner__in=partners_for(user))


def can_view_draft(user: Person, draft: CameraDraft) -> bool:
    return isinstance(user, User) and draft.user_id == user.pk and is_member(user, draft.partner)


def can_change_camera(user: Person, camera: Camera) -> bool:
    """Owners and managers of the partner; staff never edit what a partner registered."""
    return can_manage_partner(user, camera.site.partner)


def can_review_cameras(user: Person) -> bool:
    """Program managers verify registrations."""
    return serves_as(user, Role.PROGRAM_MANAGER)


def map_reach(purpose: Purpose) -> list[Bounds]:
    """The boxes within which the purpose opens places: on the map, a review reaches what is near its registration."""
    if purpose.kind != PurposeKind.REGISTRATION_REVIEW or purpose.access != AccessKind.PARTNER_MAP:
        return reach_of(purpose)
    if purpose.camera is None:
        return []
    place = CameraPlace.objects.filter(camera__public_id=purpose.camera, camera__site__partner__left_at__isnull=True)
    found = place.values_list("longitude", "latitude").first()
    return [grown(found * 2, settings.REVIEW_NEAR_M)] if found else []


def cameras_in_reach(user: Person, purpose: Purpose) -> QuerySet[Camera]:
    """The cameras whose place this purpose opens to this person.

    A case or a call opens active cameras of partners who allowed the agency; a review opens whatever is registered
    and not retired; a records duty opens cameras in every state. A case reaches as far as what was approved for it, a
    call and a review on the map what is near. Nothing opens cameras of partners who left, and a case, a call or a
    records duty opens none whose partner does not allow the agency.
    """
    if purpose.access not in PLACE_ACCESS or not may_access(user, purpose.access, purpose=purpose):
        return Camera.objects.none()
    boxes = map_reach(purpose)
    if not boxes:
        return Camera.objects.none()
    here = Camera.objects.filter(site__partner__left_at__isnull=True)
    if EVERYWHERE not in boxes:
        here = here.filter(reduce(or_, map(_inside, boxes)))
    if purpose.kind == PurposeKind.REGISTRATION_REVIEW:
        return here.exclude(state=CameraState.RETIRED)
    consents = Consent.objects.filter(
        partner_id=OuterRef("site__partner_id"), agency_id=purpose.agency_id, withdrawn_at__isnull=True
    )
    allowed = here.filter(Exists(consents))
    return allowed if purpose.kind == PurposeKind.RECORDS_DUTY else allowed.filter(state=CameraState.ACTIVE)


def _inside(box: Bounds) -> Q:
    west, south, east, north = box
    return Q(place__longitude__range=(west, east), place__latitude__range=(south, north))


def can_view_place(user: Person, camera: Camera, purpose: Purpose) -> bool:
    """Say for one camera what `cameras_in_reach` says for many."""
    if purpose.access not in PLACE_ACCESS or not may_access(user, purpose.access, purpose=purpose):
        return False
    partner = camera.site.partner
    if partner.left_at is not None:
        return False
    boxes = map_reach(purpose)
    if EVERYWHERE not in boxes:
        place = CameraPlace.objects.filter(camera=camera).first()
        if place is None or not any(holds(box, place.latitude, place.longitude) for box in boxes):
            return False
    if purpose.kind == PurposeKind.REGISTRATION_REVIEW:
        return camera.state != CameraState.RETIRED
    consents = Consent.objects.filter(partner=partner, agency_id=purpose.agency_id, withdrawn_at__isnull=True)
    open_in_this_state = purpose.kind == PurposeKind.RECORDS_DUTY or camera.state == CameraState.ACTIVE
    return open_in_this_state and consents.exists()


def check_review(user: Person, purpose: Purpose | None, access: str = AccessKind.REGISTRATIONS) -> Purpose:
    """Raise NotAllowed unless the person is a program manager with a current purpose of reviewing registrations.

    Entering cameras for their owners has a purpose of its own: `access` says which is meant.
    """
    if not can_review_cameras(user):
        raise NotAllowed(_("Only a program manager reviews registrations."), code="role")
    if purpose is None or not may_access(user, access, purpose=purpose):
        raise NotAllowed(
            _("Say first that you are here to review registrations, and why. A purpose ends after some hours."),
            code="purpose",
        )
    return purpose
