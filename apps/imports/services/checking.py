"""The dry run: each row is read, and compared with the other rows and with what is registered."""

from __future__ import annotations

from collections.abc import Sequence

from apps.cameras.states import CameraState
from apps.imports.match_context import (
    MatchContext,
    differences,
)
from apps.imports.models import CameraImport, ImportRow
from apps.imports.problems import ERROR, WARNING, Problem
from apps.imports.rows import Reading, new_details
from apps.imports.selectors import read_stored
from apps.imports.states import RowState
from apps.prospects.addresses import Addresses
from apps.prospects.digests import digest_of, email_key, place_key

_COLUMNS = ["state", "findings", "warned", "known", "fix", "id_key", "place_key"]
NOTE = "note"


def check_batch(camera_import: CameraImport, rows: Sequence[ImportRow], around: MatchContext) -> None:
    """Check these rows, in the caller's transaction. A row counts as a double of one that stands above it."""
    readings = [(row, read_stored(camera_import, row)[1]) for row in rows]
    addresses = _addresses(camera_import, [reading for _row, reading in readings])
    for row, reading in readings:
        _judge(camera_import, row, reading, around, addresses)
    _find_doubles(camera_import, rows, above_only=True)
    # One by one: a bulk update of so many columns spends six times as long in building its statement.
    for row in rows:
        row.save(update_fields=_COLUMNS)


def check_one(camera_import: CameraImport, row: ImportRow) -> ImportRow:
    """Check a row that was just corrected."""
    reading = read_stored(camera_import, row)[1]
    _judge(camera_import, row, reading, MatchContext.of(camera_import), _addresses(camera_import, [reading]))
    _find_doubles(camera_import, [row], above_only=False)
    row.save()
    return row


def _addresses(camera_import: CameraImport, readings: Sequence[Reading]) -> Addresses | None:
    if camera_import.agency_id is None:
        return None
    return Addresses.of(reading.owner.get("email", "") for reading in readings)


def _judge(
    camera_import: CameraImport, row: ImportRow, reading: Reading, around: MatchContext, addresses: Addresses | None
) -> None:
    camera = around.match(reading)
    row.known = camera is not None
    found: list[Problem] = []
    if reading.camera_id and camera is None:
        found.append(Problem("camera_id", "unknown_camera"))
    elif camera is not None and camera.state == CameraState.RETIRED:
        found.append(Problem("camera_id", "retired"))
    elif camera is not None:
        found.append(Problem("", "changes" if differences(camera, reading) else "unchanged", NOTE))
    if f"cut:{row.number}" in camera_import.notices:
        found.append(Problem("", "cut"))
    owner = reading.owner.get("email", "") if addresses is not None else ""
    row.id_key = row.place_key = ""
    if reading.camera_id or reading.external_id:
        # Two registries may number alike, two owners of one registry not.
        row.id_key = digest_of("id", reading.camera_id or reading.external_id.casefold())
    if not reading.is_wrong(known=row.known) and "latitude" in reading.stated:
        details = new_details(reading, camera_import.choices)
        sector = details.sector
        row.place_key = place_key(details)
        if camera is None and around.near(sector.latitude, sector.longitude, sector.bearing):
            found.append(Problem("", "like_existing", WARNING))
        outside = any(problem.code == "out_of_bounds" for problem in reading.problems)
        if not outside and not around.in_a_zone(sector.latitude, sector.longitude):
            found.append(Problem("latitude", "no_zone", WARNING))
    if addresses is not None and owner:
        found += _of_owner(owner, row.place_key, addresses)
    row.fix = reading.fix
    row.findings = [problem.stored() for problem in found]
    problems = [*reading.all_problems(known=row.known), *found]
    row.warned = any(problem.level == WARNING for problem in problems)
    row.state = RowState.WRONG if any(problem.level == ERROR for problem in problems) else RowState.READY


def _of_owner(owner: str, place: str, addresses: Addresses) -> list[Problem]:
    if owner in addresses.staff:
        return [Problem("owner_email", "owner_is_staff")]
    if owner in addresses.said_no:
        return [Problem("owner_email", "owner_said_no")]
    if owner in addresses.asked:
        return [Problem("owner_email", "owner_was_asked")]
    if place and (email_key(owner), place) in addresses.places:
        return [Problem("", "like_entered", WARNING)]
    return []


def _find_doubles(camera_import: CameraImport, rows: Sequence[ImportRow], *, above_only: bool) -> None:
    others = camera_import.rows.exclude(state=RowState.LEFT_OUT)
    for key_name, code in (("id_key", "twice_id"), ("place_key", "twice_place")):
        keys = {getattr(row, key_name) for row in rows if getattr(row, key_name)}
        first: dict[str, list[int]] = {}
        stored = others.filter(**{f"{key_name}__in": keys}).exclude(pk__in=[row.pk for row in rows])
        for key, number in [
            *stored.values_list(key_name, "number"),
            *((getattr(row, key_name), row.number) for row in rows),
        ]:
            first.setdefault(key, []).append(number)
        for row in rows:
            key = getattr(row, key_name)
            doubles = [
                number
                for number in first.get(key, [])
                if key and number != row.number and (number < row.number or not above_only)
            ]
            if doubles and row.state in (RowState.READY, RowState.WRONG):
                row.findings = [*row.findings, Problem("", code, ERROR, {"row": min(doubles)}).stored()]
                row.state = RowState.WRONG
