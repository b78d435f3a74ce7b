"""Reads of imports and their rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.imports import policies
from apps.imports.models import CameraImport, ColumnMemory, ImportRow
from apps.imports.problems import Problem
from apps.imports.rows import Reading, read_row
from apps.imports.states import BUSY, RowOutcome, RowState


@dataclass(frozen=True, slots=True)
class Progress:
    """Rows by what became of them."""

    total: int
    by_state: dict[str, int]
    by_outcome: dict[str, int]
    warned: int

    def of(self, *states: str) -> int:
        return sum(self.by_state.get(state, 0) for state in states)

    @property
    def ready(self) -> int:
        return self.of(RowState.READY)

    @property
    def wrong(self) -> int:
        return self.of(RowState.WRONG, RowState.REFUSED)

    @property
    def left_out(self) -> int:
        return self.of(RowState.LEFT_OUT)

    @property
    def done(self) -> int:
        return self.of(RowState.DONE)

    @property
    def registered(self) -> int:
        return self.by_outcome.get(RowOutcome.REGISTERED, 0)

    @property
    def changed(self) -> int:
        return self.by_outcome.get(RowOutcome.CHANGED, 0)

    @property
    def unchanged(self) -> int:
        return self.by_outcome.get(RowOutcome.UNCHANGED, 0)

    @property
    def pre_registered(self) -> int:
        return self.by_outcome.get(RowOutcome.PRE_REGISTERED, 0)

    @property
    def undone(self) -> int:
        return self.of(RowState.UNDONE)

    @property
    def kept(self) -> int:
        return self.of(RowState.KEPT)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with its cells and its problems in the reader's language."""

    row: ImportRow
    cells: list[str]
    reading: Reading
    problems: list[Problem]

    @property
    def title(self) -> str:
        """What to call it: the camera's name as far as one can be read."""
        return str(self.reading.stated.get("name", ""))


def get_import_for(user: Person, public_id: UUID | str) -> CameraImport:
    """The import, if the person may see it. Raises NotFound otherwise."""
    rows = policies.viewable_imports(user).select_related("partner", "agency", "started_by")
    try:
        found = rows.filter(public_id=public_id).first()
    except ValidationError:
        found = None
    if found is None:
        raise NotFound(_("There is no such import among yours."))
    return found


def get_row_for(user: Person, public_id: UUID | str, number: int) -> ImportRow:
    """A row of an import that the person may see and whose cells are still there. Raises NotFound."""
    found = get_import_for(user, public_id).rows.filter(number=number).exclude(cells="").first()
    if found is None:
        raise NotFound(_("There is no such row in this import, or it is imported already."))
    return found


def progress_of(camera_import: CameraImport) -> Progress:
    """Counts of the rows, in one query."""
    by_state: dict[str, int] = {}
    by_outcome: dict[str, int] = {}
    warned = 0
    rows = camera_import.rows.values("state", "outcome").annotate(n=Count("pk"), w=Count("pk", filter=Q(warned=True)))
    for row in rows:
        by_state[row["state"]] = by_state.get(row["state"], 0) + row["n"]
        if row["outcome"] and row["state"] == RowState.DONE:
            by_outcome[row["outcome"]] = by_outcome.get(row["outcome"], 0) + row["n"]
        if row["state"] in (RowState.READY, RowState.WRONG):
            warned += row["w"]
    return Progress(camera_import.rows_total, by_state, by_outcome, warned)


def is_busy(camera_import: CameraImport) -> bool:
    """Whether a worker is at it."""
    return camera_import.state in BUSY


def header_of(camera_import: CameraImport) -> list[str]:
    """The column names of the file; empty ones where it has none."""
    return list(json.loads(camera_import.header or "[]"))


def cells_of(row: ImportRow) -> list[str]:
    return list(json.loads(row.cells)) if row.cells else []


def sample_of(camera_import: CameraImport, rows: int = 20) -> list[list[str]]:
    """The first rows, for the page of the columns."""
    return [cells_of(row) for row in camera_import.rows.exclude(cells="").order_by("number")[:rows]]


def read_stored(camera_import: CameraImport, row: ImportRow) -> tuple[list[str], Reading]:
    """The row's cells, read by the import's present columns."""
    cells = cells_of(row)
    reading = read_row(
        cells,
        camera_import.mapping,
        camera_import.choices,
        number=row.number,
        width=len(header_of(camera_import)),
        owners=camera_import.agency_id is not None,
    )
    return cells, reading


def shown_row(camera_import: CameraImport, row: ImportRow) -> ShownRow:
    """The row as pages show it. Sentences come in the active language."""
    cells, reading = read_stored(camera_import, row)
    problems = list(reading.all_problems(known=row.known)) if row.cells else []
    problems += [Problem(**finding) for finding in row.findings]
    if row.reason:
        problems.append(Problem("", "service", params={"sentence": row.reason}))
    return ShownRow(row, cells, reading, problems)


def rows_to_look_at(camera_import: CameraImport) -> QuerySet[ImportRow]:
    """Rows that need somebody: wrong, refused or with a remark; those without cells only for their reason."""
    needing = Q(state__in=[RowState.WRONG, RowState.REFUSED, RowState.KEPT]) | Q(warned=True, state=RowState.READY)
    return camera_import.rows.filter(needing).order_by("number")


def remembered(camera_import: CameraImport) -> ColumnMemory | None:
    """What the columns of such a file meant last time."""
    rows = ColumnMemory.objects.filter(fingerprint=camera_import.fingerprint)
    if camera_import.partner_id is not None:
        return rows.filter(partner_id=camera_import.partner_id).first()
    return rows.filter(agency=camera_import.agency).first()


def mendable(camera_import: CameraImport) -> dict[str, int]:
    """How many rows one choice for the whole file would mend, by that choice."""
    rows = camera_import.rows.filter(state=RowState.WRONG).exclude(fix="")
    return dict(rows.values_list("fix").annotate(Count("pk")).order_by("fix"))
