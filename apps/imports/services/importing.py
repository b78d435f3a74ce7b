"""Rows become cameras, by the same services as one camera on its page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.agencies.models import Agency
from apps.cameras.details import CameraDetails, stated_values
from apps.cameras.models import Camera, Site
from apps.cameras.selectors import site_key
from apps.cameras.services import add_site, hold_cameras, register_camera, update_camera, update_site
from apps.core.errors import Busy, NotFound, PortalError
from apps.core.locks import locked
from apps.imports.match_context import (
    MatchContext,
    differences,
    external_key,
)
from apps.imports.models import CameraImport, ExternalId, ImportRow
from apps.imports.rows import Reading, new_details
from apps.imports.selectors import read_stored
from apps.imports.services.for_owners import pre_register_row
from apps.imports.states import RowOutcome, RowState
from apps.ledger.values import Actor

ROLE = "registrant"
_COLUMNS = ["state", "outcome", "camera", "camera_version", "pre_registered", "before", "reason", "cells"]


def import_batch(camera_import: CameraImport, rows: Sequence[ImportRow], around: MatchContext) -> None:
    """Import these rows in the caller's transaction; what one row is refused for does not hold up the others."""
    readings = [read_stored(camera_import, row)[1] for row in rows]
    matches = [] if camera_import.partner is None else [around.match(reading) for reading in readings]
    lock_for_batch(camera_import, [camera.pk for camera in matches if camera is not None])
    for row, reading in zip(rows, readings, strict=True):
        try:
            with transaction.atomic(), around.tentatively():
                _import_row(camera_import, row, reading, around)
        except Busy:
            raise
        except PortalError as error:
            row.state, row.reason = RowState.REFUSED, str(error.message)
        else:
            row.state, row.reason, row.cells = RowState.DONE, "", ""
    # One by one: a bulk update of so many columns spends six times as long in building its statement.
    for row in rows:
        row.save(update_fields=_COLUMNS)


def lock_for_batch(camera_import: CameraImport, cameras: list[int]) -> None:
    """Lock what a batch changes before its first row, in the order of docs/locking.md, as rows come in any order.

    Batches of one agency follow each other, because two may name the same owners.
    """
    if camera_import.agency is not None:
        locked(Agency.objects).get(pk=camera_import.agency.pk)
    elif camera_import.partner_id is not None:
        hold_cameras(partner_pk=camera_import.partner_id, keys=cameras)


def _import_row(camera_import: CameraImport, row: ImportRow, reading: Reading, around: MatchContext) -> None:
    if camera_import.partner is None:
        pre_register_row(camera_import=camera_import, row=row, reading=reading)
        row.outcome = RowOutcome.PRE_REGISTERED
        return
    actor = actor_for(camera_import.started_by, role=ROLE)
    known = around.match(reading)
    if known is None:
        _register(camera_import, row, reading, around, actor)
        return
    camera = Camera.objects.select_related("place", "site__partner").get(pk=known.pk)
    _correct_site(camera_import, camera.site, reading, around, actor)
    changed = differences(camera, reading)
    row.camera, row.outcome = camera, RowOutcome.CHANGED if changed else RowOutcome.UNCHANGED
    if changed:
        before = stated_values(camera)
        row.before = json.dumps(stored_values(before))
        camera = update_camera(
            camera=camera,
            version=camera.version,
            details=CameraDetails.checked(**(before | changed)),
            user=camera_import.started_by,
            actor=actor,
        )
    row.camera_version = camera.version
    _remember_id(camera_import, camera, reading, around)


def _register(
    camera_import: CameraImport, row: ImportRow, reading: Reading, around: MatchContext, actor: Actor
) -> None:
    if reading.camera_id:
        raise NotFound(_("There is no such camera among yours."))
    camera = register_camera(
        site=_site_for(camera_import, reading, around, actor),
        details=new_details(reading, camera_import.choices),
        request_key=uuid5(camera_import.public_id, f"row:{row.number}"),
        user=camera_import.started_by,
        actor=actor,
        tell=False,
        begun=True,
    )
    around.add(camera)
    row.camera, row.camera_version, row.outcome = camera, camera.version, RowOutcome.REGISTERED
    _remember_id(camera_import, camera, reading, around)


def _site_for(camera_import: CameraImport, reading: Reading, around: MatchContext, actor: Actor) -> Site:
    """The site of this name, made when the first row needs it."""
    assert camera_import.partner is not None  # noqa: S101  rows of an agency wait for their owners
    name = reading.site or reading.address[:80] or _("Home")
    key = site_key(name)
    site = around.sites.get(key)
    if site is None:
        site = add_site(
            partner=camera_import.partner,
            user=camera_import.started_by,
            name=name,
            address=reading.address,
            request_key=uuid5(camera_import.public_id, f"site:{key}"),
            actor=actor,
        )
        around.add_site(site)
        return site
    if reading.address and reading.address != site.address:
        site = update_site(
            site=site, user=camera_import.started_by, name=site.name, address=reading.address, actor=actor
        )
        around.add_site(site)
    return site


def _correct_site(
    camera_import: CameraImport, site: Site, reading: Reading, around: MatchContext, actor: Actor
) -> None:
    """A camera stays at its site; the site's address follows the file."""
    site = around.sites.get(site_key(site.name), site)
    if reading.address and reading.address != site.address:
        around.add_site(
            update_site(site=site, user=camera_import.started_by, name=site.name, address=reading.address, actor=actor)
        )


def _remember_id(camera_import: CameraImport, camera: Camera, reading: Reading, around: MatchContext) -> None:
    if not reading.external_id:
        return
    key = external_key(reading.external_id)
    ExternalId.objects.update_or_create(
        partner=camera_import.partner, key=key, defaults={"camera": camera, "value": reading.external_id}
    )
    around.add_number(key, camera)


def stored_values(values: dict[str, Any]) -> dict[str, Any]:
    """A camera's values as JSON takes them; the catalog's entry by its key."""
    entry = values.get("catalog_entry")
    return values | {"catalog_entry": entry.pk if entry else None}
