"""Cameras are entered for their owner by somebody else: kept apart, in no register, until the owner says yes."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.accounts.models import User
from apps.agencies.models import Agency, Role
from apps.core.errors import NotAllowed, WrongState
from apps.core.locks import locked
from apps.core.once import create_once
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject
from apps.partners.services import is_stopped
from apps.prospects.addresses import Addresses
from apps.prospects.digests import email_key
from apps.prospects.models import OwnerInvitation, PreRegisteredCamera
from apps.prospects.services.erasing import erase
from apps.prospects.states import OPEN_OWNERS, Origin, OwnerState


def invitation_for(
    *,
    agency: Agency,
    owner: dict[str, str],
    origin: Origin,
    request_key: UUID | None,
    actor: Actor,
    **facts: str,
) -> OwnerInvitation:
    """The open invitation of this address at this agency, made if there is none. Inside a transaction.

    `facts` go into the entry that is written if it is made. Raises NotAllowed for addresses of staff accounts, of
    people who said no, and of those asked within a year.
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
                origin=origin,
                is_ready=origin == Origin.MEETING,
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
            origin=origin,
            **facts,
        )
    return invitation


def pre_register(
    invitation: OwnerInvitation,
    *,
    stated: dict[str, Any],
    site: str,
    address: str,
    key: str,
    request_key: UUID,
    actor: Actor,
) -> PreRegisteredCamera:
    """Keep one camera for the owner. The entry in the ledger says that there is one, and nothing about it."""
    camera, created = create_once(
        PreRegisteredCamera,
        request_key=request_key,
        invitation=invitation,
        details=json.dumps({"stated": stated, "site": site, "address": address}),
        place_key=key,
    )
    if created:
        ledger.record(
            "owner.camera_entered",
            Subject.of("owner_invitation", invitation.public_id),
            actor,
            camera=str(camera.public_id),
        )
    return camera


def withdraw_entry(*, camera: PreRegisteredCamera, user: User) -> None:
    """Take back what was entered, in the name of the person who takes it back; part of undoing an import.

    Raises WrongState once its owner has answered.
    """
    if not camera.details:
        if camera.camera_id is not None:
            raise WrongState(_("Its owner has taken this camera over. It is theirs now."))
        return
    invitation = locked(OwnerInvitation.objects).select_related("agency").get(pk=camera.invitation_id)
    if invitation.state not in OPEN_OWNERS:
        raise WrongState(_("Its owner has answered already."))
    camera.details = camera.place_key = ""
    camera.save(update_fields=["details", "place_key"])
    actor = actor_for(user, role=Role.PROGRAM_MANAGER, agency=invitation.agency.short_name)
    if invitation.cameras.exclude(details="").exists():
        ledger.record(
            "owner.camera_withdrawn",
            Subject.of("owner_invitation", invitation.public_id),
            actor,
            camera=str(camera.public_id),
        )
        return
    erase(invitation, OwnerState.WITHDRAWN)
    ledger.record(
        "owner.withdrawn", Subject.of("owner_invitation", invitation.public_id), actor, camera=str(camera.public_id)
    )


def _check_address(email: str) -> None:
    known = Addresses.of([email])
    if User.objects.filter(email=email, is_staff=True).exists():
        raise NotAllowed(_("This is the address of a staff account, which cannot hold cameras."), code="staff")
    if email in known.said_no or is_stopped(email):
        raise NotAllowed(_("The owner of this address asked not to be entered again."), code="said_no")
    if email in known.asked:
        raise NotAllowed(_("This address was invited within the last year and did not answer."), code="asked")
