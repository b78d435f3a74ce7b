"""Cameras that wait for their owner: entered by somebody else, in no register."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.core.errors import InvalidInput, NotAllowed, WrongState
from apps.core.locks import locked
from apps.core.once import create_once
from apps.imports.link_kinds import OWNER
from apps.imports.match_context import Addresses, email_key
from apps.imports.models import CameraImport, HeldCamera, ImportRow, OwnerInvitation
from apps.imports.rows import Reading, new_details, new_values, place_key
from apps.imports.states import OPEN_OWNERS, OWNER_TRANSITIONS, OwnerState
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.links.services import revoke_link


def hold_camera(*, camera_import: CameraImport, row: ImportRow, reading: Reading) -> HeldCamera:
    """Keep a row's camera for its owner, who is invited once the import is done. Part of the import's act.

    Raises NotAllowed for the address of a staff account and for an owner who said no.
    """
    assert camera_import.agency is not None  # noqa: S101  only an agency's import has owners
    agency, user = camera_import.agency, camera_import.started_by
    actor = actor_for(user, role=Role.PROGRAM_MANAGER, agency=agency.short_name)
    invitation = invitation_for(
        agency=agency, owner=reading.owner, camera_import=camera_import, request_key=None, actor=actor
    )
    details = new_details(reading, camera_import.choices)
    return keep(
        invitation,
        stated=new_values(reading, camera_import.choices),
        site=reading.site,
        address=reading.address,
        key=place_key(details),
        row=row,
        request_key=uuid5(camera_import.public_id, f"held:{row.number}"),
        actor=actor,
    )


def invitation_for(
    *,
    agency: Agency,
    owner: dict[str, str],
    camera_import: CameraImport | None,
    request_key: UUID | None,
    actor: Actor,
) -> OwnerInvitation:
    """The open invitation of this address at this agency, made if there is none. Inside a transaction.

    Raises NotAllowed for addresses of staff accounts, of people who said no, and of those asked within a year.
    """
    email = owner["email"]
    _check_address(email)
    key = email_key(email)
    rows = locked(OwnerInvitation.objects)
    found = rows.filter(agency=agency, email_key=key, state__in=OPEN_OWNERS).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            invitation, created = create_once(
                OwnerInvitation,
                request_key=request_key,
                agency=agency,
                camera_import=camera_import,
                email=email,
                email_key=key,
                name=owner.get("name", ""),
                phone=owner.get("phone", ""),
                kind=owner.get("kind") or "resident",
                language=owner.get("language", ""),
            )
    except IntegrityError:  # two workers, one address
        return rows.get(agency=agency, email_key=key, state__in=OPEN_OWNERS)
    if created:
        ledger.record(
            "owner.entered",
            Subject.of("owner_invitation", invitation.public_id),
            actor,
            agency=str(agency.public_id),
            **{"import": str(camera_import.public_id) if camera_import else ""},
        )
    return invitation


def keep(
    invitation: OwnerInvitation,
    *,
    stated: dict[str, Any],
    site: str,
    address: str,
    key: str,
    row: ImportRow | None,
    request_key: UUID,
    actor: Actor,
) -> HeldCamera:
    """Keep one camera for the owner. The ledger hears that there is one, and nothing of what it is."""
    held, created = create_once(
        HeldCamera,
        request_key=request_key,
        invitation=invitation,
        row=row,
        details=json.dumps({"stated": stated, "site": site, "address": address}),
        place_key=key,
    )
    if created:
        ledger.record(
            "owner.camera_held", Subject.of("owner_invitation", invitation.public_id), actor, camera=str(held.public_id)
        )
    return held


def let_go(*, camera_import: CameraImport, row: ImportRow) -> None:
    """Undo of a held row: erase it while its owner has not taken it over. Raises WrongState afterwards."""
    held = HeldCamera.objects.select_related("invitation__agency").filter(row=row).first()
    if held is None or not held.details:
        if held is not None and held.camera_id is not None:
            raise WrongState(_("Its owner has taken this camera over. It is theirs now."))
        return
    invitation = locked(OwnerInvitation.objects).get(pk=held.invitation_id)
    if invitation.state not in OPEN_OWNERS:
        raise WrongState(_("Its owner has answered already."))
    held.details = held.place_key = ""
    held.save(update_fields=["details", "place_key"])
    user = camera_import.started_by
    actor = actor_for(user, role=Role.PROGRAM_MANAGER, agency=invitation.agency.short_name)
    if invitation.cameras.exclude(details="").exists():
        ledger.record(
            "owner.camera_let_go",
            Subject.of("owner_invitation", invitation.public_id),
            actor,
            camera=str(held.public_id),
        )
        return
    erase(invitation, OwnerState.WITHDRAWN)
    ledger.record(
        "owner.withdrawn", Subject.of("owner_invitation", invitation.public_id), actor, camera=str(held.public_id)
    )


def erase(invitation: OwnerInvitation, state: str) -> None:
    """Blank everything about the person on a locked invitation; the digest of the address alone stays."""
    OWNER_TRANSITIONS.check(invitation.state, state)
    invitation.state = state
    invitation.answered_at = timezone.now()
    blank(invitation)
    invitation.cameras.update(details="", place_key="")


def blank(invitation: OwnerInvitation) -> None:
    """Blank name and address, revoke the link, and save."""
    invitation.email = invitation.name = invitation.phone = ""
    invitation.save()
    revoke_link(kind=OWNER, subject=invitation.public_id)


def erase_unclaimed_partner(*, invitation: OwnerInvitation, actor: Actor) -> OwnerInvitation:
    """Erase an owner who never answered, with all that was entered for them. Erasing again changes nothing."""
    with transaction.atomic():
        invitation = locked(OwnerInvitation.objects).get(pk=invitation.pk)
        if invitation.state not in OPEN_OWNERS:
            return invitation
        erase(invitation, OwnerState.LAPSED if invitation.state == OwnerState.INVITED else OwnerState.WITHDRAWN)
        ledger.record(
            "owner.erased", Subject.of("owner_invitation", invitation.public_id), actor, state=invitation.state
        )
        return invitation


def _check_address(email: str) -> None:
    known = Addresses.of([email])
    if User.objects.filter(email=email, is_staff=True).exists():
        raise NotAllowed(_("This is the address of a staff account, which cannot hold cameras."), code="staff")
    if email in known.said_no:
        raise NotAllowed(_("The owner of this address asked not to be entered again."), code="said_no")
    if email in known.asked:
        raise NotAllowed(_("This address was invited within the last year and did not answer."), code="asked")


__all__ = ["InvalidInput", "erase_unclaimed_partner", "hold_camera", "invitation_for", "keep", "let_go"]
