"""A program manager enters people at a meeting. They confirm by mail; until then nothing is registered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from apps.access.models import AccessKind, Purpose
from apps.access.selectors import acting_for
from apps.accounts.models import User, normalize_email
from apps.agencies.models import Agency
from apps.cameras.details import CameraDetails, assumed_values
from apps.cameras.models import CatalogEntry
from apps.cameras.policies import check_review
from apps.core import text
from apps.core.errors import InvalidInput
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.prospects import policies
from apps.prospects.digests import place_key
from apps.prospects.models import PreRegisteredCamera
from apps.prospects.services.entering import invitation_for, pre_register
from apps.prospects.states import Origin

_FROM_CATALOG = ("field_of_view", "range_m", "recording", "picture_height", "frame_rate", "clock", "night_view",
                   "records_sound")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entered:
    """What somebody said at the table."""

    email: str
    name: str
    kind: str
    language: str
    address: str
    latitude: float
    longitude: float
    camera_name: str
    catalog_entry: CatalogEntry | None = None
    bearing: float | None = None


def enter_at_meeting(
    *, agency: Agency, entered: Entered, purpose: Purpose | None, request_key: UUID, user: User
) -> PreRegisteredCamera:
    """Keep one camera for a person and invite them by mail. A repeated key finds the first.

    Raises NotAllowed without a current purpose, for staff addresses and people who said no; InvalidInput.
    """
    with transaction.atomic():
        policies.check_can_enter(user, agency)
        purpose = check_review(user, purpose, AccessKind.OWNER_ENTRY)
        actor = acting_for(purpose).actor
        earlier = PreRegisteredCamera.objects.filter(request_key=uuid5(request_key, "camera")).first()
        if earlier is not None and earlier.invitation.agency_id == agency.pk:
            return earlier
        email = normalize_email(entered.email)
        try:
            validate_email(email)
        except ValidationError as error:
            sentence = _("This is not an e-mail address.")
            raise InvalidInput.about("email", sentence) from error
        owner = {
            "email": email,
            "name": text.line(entered.name, field="name", most=120),
            "kind": entered.kind,
            "language": entered.language,
        }
        address = text.line(entered.address, field="address", most=200, required=False)
        stated = _stated(entered)
        details = CameraDetails.checked(**stated)
        invitation = invitation_for(
            agency=agency, owner=owner, origin=Origin.MEETING, request_key=uuid5(request_key, "owner"), actor=actor
        )
        ledger.record(
            "owner.met",
            Subject.of("owner_invitation", invitation.public_id),
            actor,
            purpose=str(purpose.public_id),
            agency=str(agency.public_id),
        )
        return pre_register(
            invitation,
            stated=stated,
            site="",
            address=address,
            key=place_key(details),
            request_key=uuid5(request_key, "camera"),
            actor=actor,
        )


def _stated(entered: Entered) -> dict[str, Any]:
    entry = entered.catalog_entry
    known = {name: getattr(entry, name) for name in _FROM_CATALOG} if entry else {}
    stated = assumed_values() | {name: value for name, value in known.items() if value not in (None, "")}
    if entered.bearing is None:
        stated |= {"bearing": 0.0, "field_of_view": 360.0}
    else:
        stated["bearing"] = entered.bearing
    return stated | {
        "name": entered.camera_name,
        "latitude": entered.latitude,
        "longitude": entered.longitude,
    }
