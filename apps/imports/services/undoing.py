"""Taking an import back, row by row, where nobody acted on a camera since."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_for
from apps.cameras.details import CameraDetails
from apps.cameras.models import Camera, CatalogEntry
from apps.cameras.selectors import site_key, sites_of
from apps.cameras.services import close_site, update_camera, withdraw_camera
from apps.core.errors import Busy, PortalError, Stale
from apps.imports.match_context import MatchContext
from apps.imports.models import CameraImport, ImportRow
from apps.imports.services.importing import ROLE, lock_for_batch
from apps.imports.states import RowOutcome, RowState
from apps.prospects.services import withdraw_entry

_COLUMNS = ["state", "before", "reason"]


def undo_batch(camera_import: CameraImport, rows: Sequence[ImportRow], around: MatchContext) -> None:
    """Undo these rows in the caller's transaction. What cannot be undone is kept, with the reason in words."""
    lock_for_batch(camera_import, [row.camera_id for row in rows if row.camera_id is not None])
    for row in rows:
        try:
            with transaction.atomic():
                _undo_row(camera_import, row)
        except Busy:
            raise
        except Stale:
            row.state = RowState.KEPT
            row.reason = _(
                "Somebody changed or reviewed this camera since. Withdraw it on its own page if you want to."
            )
        except PortalError as error:
            row.state, row.reason = RowState.KEPT, str(error.message)
        else:
            row.state, row.before = RowState.UNDONE, ""
    # One by one: a bulk update of so many columns spends six times as long in building its statement.
    for row in rows:
        row.save(update_fields=_COLUMNS)


def _undo_row(camera_import: CameraImport, row: ImportRow) -> None:
    if row.pre_registered is not None:
        withdraw_entry(camera=row.pre_registered, user=camera_import.started_by)
        return
    if row.outcome == RowOutcome.UNCHANGED or row.camera_id is None:
        return
    user = camera_import.started_by
    actor = actor_for(user, role=ROLE)
    camera = Camera.objects.select_related("place", "site__partner").get(pk=row.camera_id)
    version = row.camera_version or 0
    if row.outcome == RowOutcome.REGISTERED:
        withdraw_camera(camera=camera, version=version, user=user, actor=actor)
        return
    update_camera(
        camera=camera,
        version=version,
        details=CameraDetails.checked(**_values(json.loads(row.before))),
        user=user,
        actor=actor,
    )


def _values(stored: dict[str, Any]) -> dict[str, Any]:
    entry = stored.get("catalog_entry")
    return stored | {"catalog_entry": CatalogEntry.objects.filter(pk=entry).first() if entry else None}


def close_emptied_sites(camera_import: CameraImport) -> int:
    """Close the sites that this import made and that hold no camera any more; part of the act that ends the undo.

    A site that was renamed, or that other cameras use, stays. Returns how many were closed.
    """
    if camera_import.partner is None:
        return 0
    user, closed = camera_import.started_by, 0
    for site in sites_of(camera_import.partner):
        if site.request_key != uuid5(camera_import.public_id, f"site:{site_key(site.name)}"):
            continue
        try:
            with transaction.atomic():
                close_site(site=site, user=user, actor=actor_for(user, role=ROLE))
        except Busy:
            raise
        except PortalError:
            continue
        closed += 1
    return closed
