"""What a person decides about an import: the columns, a row, to begin, to undo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput, WrongState
from apps.core.locks import locked
from apps.geo import numbers
from apps.imports import columns, policies
from apps.imports.models import CameraImport, ColumnMemory, ImportRow
from apps.imports.selectors import header_of
from apps.imports.services.checking import check_one
from apps.imports.services.for_owners import mark_owners_ready
from apps.imports.states import IMPORT_TRANSITIONS, OPEN_ROWS, ImportState, RowState
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

MOST_IN_CELL = 4000


def set_columns(
    *, camera_import: CameraImport, mapping: Mapping[str, int], choices: Mapping[str, Any], user: User, actor: Actor
) -> CameraImport:
    """Say what the columns mean and what is assumed where the file is silent; the dry run begins.

    The answer is remembered for files with the same header. Raises InvalidInput if no place can come of it, WrongState
    once rows were imported, NotFound for people who may not see the import.
    """
    with transaction.atomic():
        camera_import = _locked(camera_import, user)
        IMPORT_TRANSITIONS.check(camera_import.state, ImportState.CHECKING)
        camera_import.mapping = _checked_mapping(camera_import, mapping)
        camera_import.choices = _checked_choices(camera_import.choices, choices)
        _remember(camera_import)
        camera_import.rows.filter(state__in=OPEN_ROWS).update(
            state=RowState.NEW, findings=[], warned=False, known=False, fix="", id_key="", place_key="", reason=""
        )
        _begin(camera_import, ImportState.CHECKING, "import.columns_set", actor, {"columns": sorted(mapping)})
        return camera_import


def edit_row(*, camera_import: CameraImport, number: int, cells: Mapping[int, str], user: User) -> ImportRow:
    """Correct cells of one row (by the column's place) and check it again. It is not in the ledger: nothing is
    registered by it. Raises WrongState unless the dry run is done and the row still open, InvalidInput for a cell that
    is too long, NotFound.
    """
    with transaction.atomic():
        camera_import = _locked(camera_import, user)
        row = _open_row(camera_import, number)
        kept = list(json.loads(row.cells))
        width = max(len(header_of(camera_import)), len(kept))
        kept += [""] * (width - len(kept))
        for place, cell in cells.items():
            if len(cell) > MOST_IN_CELL:
                sentence = _("Please use at most %(most)d characters.") % {"most": MOST_IN_CELL}
                raise InvalidInput.about(str(place), sentence)
            if 0 <= place < width:
                kept[place] = cell
        row.cells, row.reason = json.dumps(kept[:width]), ""
        # Who mended the row has seen that it was cut, and has dealt with the cells that were too many.
        camera_import.notices = [notice for notice in camera_import.notices if notice != f"cut:{number}"]
        camera_import.save(update_fields=["notices"])
        return check_one(camera_import, row)


def leave_row_out(*, camera_import: CameraImport, number: int, out: bool, user: User) -> ImportRow:
    """Leave a row out of the import, or take it in again. Raises as `edit_row` does."""
    with transaction.atomic():
        camera_import = _locked(camera_import, user)
        row = _open_row(camera_import, number)
        if out:
            row.state = RowState.LEFT_OUT
            row.save(update_fields=["state"])
            return row
        return check_one(camera_import, row)


def start_import(*, camera_import: CameraImport, user: User, actor: Actor) -> CameraImport:
    """Import the rows that are ready, in the background. Raises WrongState if none is, or it is under way; NotFound."""
    with transaction.atomic():
        camera_import = _locked(camera_import, user)
        IMPORT_TRANSITIONS.check(camera_import.state, ImportState.IMPORTING)
        ready = camera_import.rows.filter(state=RowState.READY).count()
        if not ready:
            raise WrongState(_("No row is ready to be imported. Please correct the rows first."), code="none_ready")
        camera_import.started_by = user
        camera_import.save(update_fields=["started_by"])
        _begin(camera_import, ImportState.IMPORTING, "import.started", actor, {"rows": ready})
        return camera_import


def undo_import(*, camera_import: CameraImport, user: User, actor: Actor) -> CameraImport:
    """Take back what the import did, row by row, where nobody has acted on it since. Runs in the background.

    Raises WrongState once the seven days are over or before anything was imported, NotFound.
    """
    with transaction.atomic():
        camera_import = _locked(camera_import, user)
        IMPORT_TRANSITIONS.check(camera_import.state, ImportState.UNDOING)
        if camera_import.erased_at is not None:
            raise WrongState(_("This import is too old to be undone as one. Please withdraw cameras one by one."))
        camera_import.started_by = user
        camera_import.save(update_fields=["started_by"])
        _begin(camera_import, ImportState.UNDOING, "import.undo_started", actor, {})
        if camera_import.agency_id is not None:
            mark_owners_ready(camera_import, ready=False)
        return camera_import


def try_again(*, camera_import: CameraImport, user: User, actor: Actor) -> CameraImport:
    """Go on with an import that stopped. Raises WrongState unless it did, NotFound."""
    with transaction.atomic():
        camera_import = _locked(camera_import, user)
        if camera_import.state != ImportState.STOPPED:
            raise WrongState(_("This import did not stop."))
        camera_import.failure_reason = ""
        camera_import.save(update_fields=["failure_reason"])
        _begin(camera_import, camera_import.stopped_in, "import.resumed", actor, {})
        return camera_import


def _begin(camera_import: CameraImport, state: str, action: str, actor: Actor, facts: dict[str, Any]) -> None:
    IMPORT_TRANSITIONS.check(camera_import.state, state)
    camera_import.state = state
    camera_import.attempts = 0
    camera_import.lease_token = camera_import.leased_until = None
    camera_import.save()
    ledger.record(action, Subject.of("import", camera_import.public_id), actor, **facts)
    enqueue_after_commit("apps.imports.tasks.work", camera_import.pk)


def _locked(camera_import: CameraImport, user: User) -> CameraImport:
    policies.check_can_work_on(user, camera_import)
    rows = locked(CameraImport.objects).select_related("partner", "agency")
    return rows.get(pk=camera_import.pk)


def _open_row(camera_import: CameraImport, number: int) -> ImportRow:
    if camera_import.state not in (ImportState.CHECKED, ImportState.IMPORTED):
        raise WrongState(_("Rows can be changed once the file is checked."), code="not_checked")
    row = camera_import.rows.filter(number=number).exclude(cells="").first()
    if row is None or row.state not in (*OPEN_ROWS, RowState.LEFT_OUT):
        raise WrongState(_("This row is imported already."), code="row_done")
    return row


def _checked_mapping(camera_import: CameraImport, mapping: Mapping[str, int]) -> dict[str, int]:
    width = len(header_of(camera_import))
    known = {name: place for name, place in mapping.items() if name in columns.BY_NAME and 0 <= place < width}
    if camera_import.agency_id is None:
        known = {name: place for name, place in known.items() if not columns.BY_NAME[name].of_owner}
    if len(set(known.values())) < len(known):
        raise _refusal(_("Two meanings were given to one column."))
    has_place = {"latitude", "longitude"} <= known.keys() or "lat_lng" in known
    if not has_place and not (camera_import.agency_id is None and "camera_id" in known):
        raise _refusal(_("Say which columns hold latitude and longitude. Without them no camera has a place."))
    if camera_import.agency_id is not None and "owner_email" not in known:
        raise _refusal(_("Say which column holds the owner’s e-mail. Nobody is entered who cannot be asked."))
    return known


def _checked_choices(before: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = columns.default_choices() | before | {k: v for k, v in given.items() if k in columns.default_choices()}
    sentence = _("Please give a number.")
    merged["field_of_view"] = numbers.between(merged["field_of_view"], "field_of_view", 1, 360, sentence)
    merged["range_ft"] = numbers.between(merged["range_ft"], "range_ft", 4, 1640, sentence)
    merged["retention_days"] = numbers.between(merged["retention_days"], "retention_days", 0.05, 366, sentence)
    if merged["range_unit"] not in ("ft", "m") or merged["retention_unit"] not in ("hours", "days"):
        raise _refusal(_("Choose one of the answers."))
    merged["site"] = str(merged["site"] or "")[:80]
    merged["swap"], merged["negate"] = bool(merged["swap"]), bool(merged["negate"])
    return merged


def _remember(camera_import: CameraImport) -> None:
    kept = {key: value for key, value in camera_import.choices.items() if key not in ("site", "swap", "negate")}
    ColumnMemory.objects.update_or_create(
        partner=camera_import.partner,
        agency=camera_import.agency,
        fingerprint=camera_import.fingerprint,
        defaults={"mapping": camera_import.mapping, "choices": kept},
    )


def _refusal(sentence: str) -> InvalidInput:
    return InvalidInput.about("mapping", sentence)
