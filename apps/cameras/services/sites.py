"""Sites: the addresses of a partner."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cameras.models import Camera, Site, SiteWord
from apps.cameras.services.registration import withdraw_camera
from apps.cameras.states import CameraState
from apps.core import official, text
from apps.core.errors import NotFound, WrongState
from apps.core.locks import locked
from apps.core.name_words import keep_words
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners import policies as partner_policies
from apps.partners.models import Partner
from apps.partners.services import check_takes_part

NAME_MAX = 80
ADDRESS_MAX = 200


def add_site(
    *, partner: Partner, user: User, name: str, address: str = "", request_key: UUID | None, actor: Actor
) -> Site:
    """Add a site to a partner. A repeated key finds the first.

    Raises NotFound or NotAllowed for people who do not run the account, WrongState if the partner left, InvalidInput.
    """
    with transaction.atomic():
        partner_policies.check_can_manage(user, partner)
        check_takes_part(partner)
        name = official.checked(text.line(name, field="name", most=NAME_MAX), field="name")
        address = text.line(address, field="address", most=ADDRESS_MAX, required=False)
        site, created = create_once(Site, request_key=request_key, partner=partner, name=name, address=address)
        if not created:
            if site.partner_id != partner.pk:
                raise NotFound(_("There is no such site among yours."))
            return site
        keep_words(SiteWord, site, name)
        ledger.record(
            "site.added",
            Subject.of("site", site.public_id),
            actor,
            partner=str(partner.public_id),
            private={"name": name, "address": address},
        )
        return site


def update_site(*, site: Site, user: User, name: str, address: str, actor: Actor) -> Site:
    """Correct a site's name and street address. Raises as `add_site` does, and WrongState for a closed one."""
    with transaction.atomic():
        partner_policies.check_can_manage(user, site.partner)
        check_takes_part(site.partner)
        site = _locked_open(site)
        site.name = official.checked(text.line(name, field="name", most=NAME_MAX), field="name")
        site.address = text.line(address, field="address", most=ADDRESS_MAX, required=False)
        site.save(update_fields=["name", "address"])
        keep_words(SiteWord, site, site.name)
        ledger.record(
            "site.updated",
            Subject.of("site", site.public_id),
            actor,
            private={"name": site.name, "address": site.address},
        )
        return site


def close_site(*, site: Site, user: User, with_cameras: bool = False, actor: Actor) -> Site:
    """No camera is registered here any more; the site leaves the lists. Closing again changes nothing.

    Cameras that still take part are withdrawn with it, each with its own entry, if `with_cameras` says so; otherwise
    nothing happens. Raises NotFound or NotAllowed for people who do not run the account, WrongState (`cameras`).
    """
    with transaction.atomic():
        partner_policies.check_can_manage(user, site.partner)
        # The partner's row first, as registering a camera does: nobody adds one while the site closes.
        locked(Partner.objects).get(pk=site.partner_id)
        site = locked(Site.objects).select_related("partner").get(pk=site.pk)
        if site.closed_at is not None:
            return site
        cameras = list(Camera.objects.filter(site=site).exclude(state=CameraState.RETIRED).order_by("pk"))
        if cameras and not with_cameras:
            raise WrongState(
                _("There are cameras at this site. Withdraw them with it, or leave the site open."), code="cameras"
            )
        for camera in cameras:
            withdraw_camera(camera=camera, version=camera.version, user=user, actor=actor)
        site.closed_at = timezone.now()
        site.save(update_fields=["closed_at"])
        ledger.record(
            "site.closed",
            Subject.of("site", site.public_id),
            actor,
            partner=str(site.partner.public_id),
            cameras_withdrawn=len(cameras),
        )
        return site


def _locked_open(site: Site) -> Site:
    site = locked(Site.objects).select_related("partner").get(pk=site.pk)
    if site.closed_at is not None:
        raise WrongState(_("This site is closed. Choose another one or add it anew."), code="site_closed")
    return site
