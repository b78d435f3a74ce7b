"""What every service of a camera does first: check the person, lock the rows in order, compare the version."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras import policies
from apps.cameras.models import Camera
from apps.cameras.states import CameraState
from apps.core.errors import NotFound, Stale, WrongState
from apps.core.locks import locked
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.services import check_takes_part


def locked_camera(camera: Camera) -> Camera:
    """The camera fresh and locked, with its place, site and partner at hand. Inside a transaction.

    Its partner's row is locked before it: whatever somebody does to all cameras of a partner comes before or after.
    """
    return locked_cameras(camera)[0]


def locked_cameras(*cameras: Camera) -> list[Camera]:
    """As `locked_camera`, for several: all partners first, then all cameras, each by their keys; in the order given.

    They are read once they are locked. A join of the locking statement would show what stood there when it began to
    wait: the old place, and no zone at all if the zone is another one by now.
    """
    keys = {camera.pk for camera in cameras}
    list(locked(Partner.objects).filter(pk__in={camera.site.partner_id for camera in cameras}).only("pk"))
    list(locked(Camera.objects).filter(pk__in=keys).only("pk"))
    rows = Camera.objects.select_related("place", "site__partner", "zone__agency")
    fresh = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [fresh[camera.pk] for camera in cameras]


def hold_cameras(*, partner_pk: int, keys: Iterable[int]) -> None:
    """Lock a partner and these of its cameras, for an act that will change them in an order of its own."""
    locked(Partner.objects).get(pk=partner_pk)
    list(locked(Camera.objects).filter(site__partner_id=partner_pk, pk__in=list(keys)).only("pk"))


def locked_for_owner(camera: Camera, user: User, version: int) -> Camera:
    """Guards of every change by an owner, then the locked camera."""
    check_may_change(user, camera)
    camera = locked_camera(camera)
    check_takes_part(camera.site.partner)
    if camera.state == CameraState.RETIRED:
        raise WrongState(_("This camera is no longer in the program. Please register it again."), code="retired")
    check_version(camera, version)
    return camera


def check_may_change(user: User, camera: Camera) -> None:
    """Raise NotFound for strangers and staff, NotAllowed for those who may only answer requests."""
    if not policies.can_change_camera(user, camera):
        if not partner_policies.is_member(user, camera.site.partner):
            raise NotFound(_("There is no such camera among yours."))
        partner_policies.check_can_manage(user, camera.site.partner)


def check_version(camera: Camera, version: int) -> None:
    """Raise Stale unless `version` is the camera's present one."""
    if camera.version != version:
        raise Stale(
            _("Somebody changed this camera while you were editing. Nothing was saved. Please look at it again."),
            code="version",
        )
