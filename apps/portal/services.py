"""Acts that join two apps in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid5

from django.db import transaction

from apps.accounts.models import User
from apps.agencies.models import Agency
from apps.cameras.details import CameraDetails
from apps.cameras.models import Camera
from apps.cameras.selectors import get_site_for
from apps.cameras.services import add_site, register_camera
from apps.ledger import services as ledger
from apps.ledger.values import Act, Actor, Subject
from apps.partners.models import Partner
from apps.partners.services import ContactWish, set_consents, set_contact_rules
from apps.portal.forms import NEW_SITE


def record_data_download(*, user: User, form: str, actor: Actor) -> None:
    """The person took everything held about them, as a page or a file: recorded, because a thief could have done it."""
    with transaction.atomic():
        subject = Subject.of("user", user.public_id)
        ledger.append(Act(action="account.data_disclosed", actor=actor, subject=subject, facts={"form": form}))


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

    A repeat of `request_key` returns the first camera. Raises what the cameras' services raise.
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
    return register_camera(site=site, details=details, request_key=request_key, user=user, actor=actor)


@transaction.atomic
def set_consent(
    *, partner: Partner, user: User, agencies: Iterable[Agency], wish: ContactWish, version: int, actor: Actor
) -> None:
    """Which agencies may ask, how, when and how often: all of it or nothing. Raises what the two services raise."""
    set_consents(partner=partner, user=user, agencies=agencies, actor=actor)
    set_contact_rules(partner=partner, user=user, wish=wish, version=version, actor=actor)
