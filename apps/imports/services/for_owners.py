"""Rows of an agency's file become cameras that wait for their owners."""

from __future__ import annotations

from uuid import uuid5

from apps.accounts.actors import actor_for
from apps.agencies.models import Role
from apps.imports.models import CameraImport, ImportRow
from apps.imports.rows import Reading, new_details, new_values
from apps.prospects.digests import place_key
from apps.prospects.models import OwnerInvitation
from apps.prospects.services import invitation_for, mark_ready, pre_register
from apps.prospects.states import Origin


def pre_register_row(*, camera_import: CameraImport, row: ImportRow, reading: Reading) -> None:
    """Keep a row's camera for its owner, who is invited once the import is done. Part of the import's act.

    Raises NotAllowed for the address of a staff account and for an owner who said no.
    """
    assert camera_import.agency is not None  # noqa: S101  only an agency's import has owners
    agency, user = camera_import.agency, camera_import.started_by
    actor = actor_for(user, role=Role.PROGRAM_MANAGER, agency=agency.short_name)
    invitation = invitation_for(
        agency=agency,
        owner=reading.owner,
        origin=Origin.FILE,
        request_key=None,
        actor=actor,
        **{"import": str(camera_import.public_id)},
    )
    row.pre_registered = pre_register(
        invitation,
        stated=new_values(reading, camera_import.choices),
        site=reading.site,
        address=reading.address,
        key=place_key(new_details(reading, camera_import.choices)),
        request_key=uuid5(camera_import.public_id, f"owner:{row.number}"),
        actor=actor,
    )


def mark_owners_ready(camera_import: CameraImport, *, ready: bool) -> None:
    """Let the owners in this import be invited, or not for now; part of the act that ends or undoes it."""
    named = camera_import.rows.filter(pre_registered__isnull=False).values("pre_registered__invitation")
    mark_ready(invitations=OwnerInvitation.objects.filter(pk__in=named), ready=ready)
