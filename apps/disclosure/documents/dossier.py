"""What the documents of a package say, read once from the rows and the ledger."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.cameras.models import CameraPlace
from apps.disclosure.export_selectors import copies_in, items_of
from apps.disclosure.models import Export
from apps.disclosure.package.names import safe_name
from apps.evidence.coverage import request_of
from apps.evidence.custody_words import ACTS, UNTOLD
from apps.evidence.models import Derivative, EvidenceItem, Excerpt, SenderNote, WitnessStatement
from apps.evidence.presentation import actor_in_words
from apps.evidence.recorded_times import RecordedTimes, recorded_times
from apps.evidence.services.witness_statements import last_statement
from apps.evidence.states import CopySound, DerivativeKind, ItemState
from apps.footage_requests.codes import camera_code
from apps.ledger import selectors as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Subject
from apps.redaction.models import Redaction

ORIGINALS, COPIES, STATEMENTS = "data/originals", "data/working-copies", "data/statements"
REDACTED, REMOVALS = "data/redacted", "data/redactions"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file of evidence in the package."""

    path: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """One item: its number in the package, its files there, where it comes from, and every act on it.

    Of `excerpts` digest and origin go into a package, never the files.

    `place` is None unless the export was asked for with places and the camera has one. Of the giver's `note` the times
    go into a package, never the words. `statement` is what the giver signed about the file for a court, with a name.
    Where there is a `redaction`, its copy is in the package, and neither original nor working copy.
    """

    number: int
    item: EvidenceItem
    original: FileFacts | None
    working_copy: FileFacts | None
    recipe: str
    copy_has_sound: bool
    camera: str
    place: dict[str, Any] | None
    window: tuple[datetime, datetime, str] | None
    request: str
    note: SenderNote | None
    recorded: RecordedTimes
    statement: WitnessStatement | None
    acts: list[Entry]
    excerpts: list[Excerpt]
    redaction: Redaction | None = None
    redacted: FileFacts | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is told about an export and its items. `own_acts` are those on the export itself."""

    export: Export
    items: list[ItemFacts]
    at: datetime
    own_acts: list[Entry] = field(default_factory=list)


def dossier_of(export: Export, *, at: datetime) -> Dossier:
    """Read it. Holds are left out: to a stranger they tell of an investigation, and they touch nothing."""
    numbers = dict(export.items.values_list("item_id", "number"))
    items = items_of(export)
    places = _places(items) if export.places else {}
    copies = copies_in(export)
    return Dossier(
        export=export,
        items=[_facts(export, item, numbers[item.pk], places, copies.get(item.pk)) for item in items],
        at=at,
        own_acts=ledger.entries_for(Subject.of("export", export.public_id)),
    )


def act_in_words(entry: Entry) -> str:
    """What was done, as people read it."""
    return str(ACTS.get(entry.action, entry.action))


def who_in_words(entry: Entry) -> str:
    """Who did it, by role and agency."""
    return actor_in_words(entry.actor)


def _ending_of(copy: Derivative) -> str:
    return {"image/jpeg": ".jpg", "text/plain; charset=utf-8": ".txt"}.get(copy.content_type, ".mp4")


def _facts(
    export: Export, item: EvidenceItem, number: int, places: dict[int, CameraPlace], redaction: Redaction | None
) -> ItemFacts:
    name = safe_name(number, item.filename)
    copy = item.derivatives.in_use().filter(kind=DerivativeKind.WORKING_COPY).first()
    # What is quarantined may not be opened, so its copy stays here.
    with_copy = export.working_copies and copy is not None and item.state != ItemState.QUARANTINED and not redaction
    with_original = export.originals and not redaction
    asked = request_of(item)
    return ItemFacts(
        number=number,
        item=item,
        redaction=redaction,
        redacted=_redacted(item, number, redaction),
        original=FileFacts(f"{ORIGINALS}/{name}", item.size, item.digest) if with_original else None,
        working_copy=FileFacts(f"{COPIES}/{name.rpartition('.')[0] or name}{_ending_of(copy)}", copy.size, copy.digest)
        if with_copy and copy
        else None,
        recipe=copy.recipe if with_copy and copy else "",
        copy_has_sound=bool(with_copy and copy and copy.sound == CopySound.KEPT),
        camera=camera_code(item.match.camera.public_id) if item.match else "",
        place=_place(places.get(item.match.camera_id) if item.match else None),
        window=(asked.window_start, asked.window_end, asked.time_zone) if asked else None,
        request=asked.code if asked else "",
        statement=_statement(item),
        note=SenderNote.objects.filter(upload=item.upload_id).defer("text").first(),
        excerpts=list(item.excerpts.filter(made__isnull=False).select_related("made").order_by("pk")),
        recorded=recorded_times([item])[item.pk],
        acts=[
            entry
            for entry in ledger.entries_for(Subject.of("evidence_item", item.public_id))
            if entry.action not in UNTOLD
        ],
    )


def removals_path(number: int) -> str:
    """Where the package says what was taken out of a redacted copy, by the number of its item."""
    return f"{REMOVALS}/{number:04d}.csv"


def _redacted(item: EvidenceItem, number: int, redaction: Redaction | None) -> FileFacts | None:
    made = redaction.made if redaction else None
    # What is quarantined may not be opened, so no copy of it leaves.
    if made is None or item.state == ItemState.QUARANTINED:
        return None
    name = safe_name(number, item.filename)
    return FileFacts(f"{REDACTED}/{name.rpartition('.')[0] or name}.mp4", made.size, made.digest)


def statement_path(statement: WitnessStatement) -> str:
    """Where the package has it: by the receipt of the files that it is about."""
    return f"{STATEMENTS}/{statement.submission.code}.pdf"


def _statement(item: EvidenceItem) -> WitnessStatement | None:
    """The newest one, if the file had come when it was signed: a later file was not stated about."""
    found = last_statement(item.submission)
    return found if found is not None and item.received_at <= found.signed_at else None


def _places(items: list[EvidenceItem]) -> dict[int, CameraPlace]:
    cameras = [item.match.camera_id for item in items if item.match]
    return {place.camera_id: place for place in CameraPlace.objects.filter(camera__in=cameras)}


def _place(place: CameraPlace | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "datum": "WGS 84",
        "bearing_degrees": place.bearing,
        "field_of_view_degrees": place.field_of_view,
        "range_m": place.range_m,
    }
