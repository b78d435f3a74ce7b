"""build_export: documents, the ledger's word for the list of files, every byte read and compared, and then a layout.

Nothing is copied (see `package/zip_layout.py`). What is done is in the database after each file, so a worker that dies
anywhere costs the file that it was reading, and the next one goes on from there.
"""

from __future__ import annotations

import hashlib
import logging
import time
import zlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from apps.core import claims
from apps.core.connections import let_go_of_connection
from apps.disclosure.documents.dossier import Dossier, ItemFacts, dossier_of
from apps.disclosure.documents.writing import documents, proofs, readme
from apps.disclosure.export_mails import tell_requester
from apps.disclosure.export_selectors import files_of, layout_of
from apps.disclosure.export_states import EXPORT_TRANSITIONS, ExportState, FileKind
from apps.disclosure.models import Export, ExportFile
from apps.disclosure.package.bag import PROOFS, SEALED_MANIFEST, Listed, sealed_manifest, tag_files
from apps.disclosure.services.export_asking import subject_of
from apps.disclosure.services.export_trying import WORKER, Changed, NotYet, attempt, held, report
from apps.evidence.services.working import LEASE
from apps.evidence.services.working import subject_of as item_subject
from apps.evidence.storage import MissingObject, derivative_key, original_key, store
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.selectors import latest_checkpoint

logger = logging.getLogger(__name__)

REPORT_EVERY_S = 1.0


def build_export(*, export_pk: int) -> bool:
    """Build the package if it is due and nobody else is at it. True if this call finished it.

    A store or a ledger that is not ready postpones it; a stored file that is not what was sealed stops it at once.
    """
    export = claims.claim(Export, export_pk, lease=LEASE, where=Q(state=ExportState.BUILDING))
    if export is None:
        return False
    ready = False
    with attempt(export):
        if export.prepared_id is None:
            _prepare(export)
        for file in files_of(export):
            if file.crc32 is None:
                _read(export, file)
        _finish(export)
        ready = True
    return ready


def key_of(file: ExportFile) -> str:
    """Where the store has the bytes of an original or of a copy."""
    return original_key(file.digest) if file.kind == FileKind.ORIGINAL else derivative_key(file.digest)


def _prepare(export: Export) -> None:
    """Write the documents, and state the list of files in the ledger: its proof goes into the package."""
    dossier = dossier_of(export, at=timezone.now())
    let_go_of_connection()
    files = [file for facts in dossier.items for file in _evidence(export, facts)]
    files += [_document(export, path, content) for path, content in documents(dossier).items()]
    listed = sealed_manifest(Listed(one.path, one.size, one.digest) for one in files)
    files.append(_document(export, SEALED_MANIFEST, listed))
    with transaction.atomic():
        mine = held(export)
        ExportFile.objects.bulk_create(files)
        mine.bytes_total = sum(one.size for one in files if one.crc32 is None)
        digest = Listed.of(SEALED_MANIFEST, listed).digest
        mine.prepared = ledger.record("export.prepared", subject_of(export), WORKER, manifest=digest, files=len(files))
        mine.attempts, mine.problem = 0, ""
        mine.save(update_fields=["bytes_total", "prepared", "attempts", "problem"])
    export.prepared = mine.prepared


def _evidence(export: Export, facts: ItemFacts) -> list[ExportFile]:
    files = (
        (facts.original, FileKind.ORIGINAL),
        (facts.working_copy, FileKind.WORKING_COPY),
        (facts.redacted, FileKind.REDACTED),
    )
    return [
        ExportFile(export=export, item=facts.item, kind=kind, path=one.path, size=one.size, digest=one.digest)
        for one, kind in files
        if one is not None
    ]


def _document(export: Export, path: str, content: bytes) -> ExportFile:
    listed = Listed.of(path, content)
    return ExportFile(
        export=export,
        kind=FileKind.DOCUMENT,
        path=path,
        size=listed.size,
        digest=listed.digest,
        crc32=zlib.crc32(content),
        content=content,
    )


def _read(export: Export, file: ExportFile) -> None:
    """Read a stored file to its end, compare it with its digest, and keep the checksum that the ZIP needs.

    Raises Changed for a file that is gone or another one, LeaseLost once the export was cancelled.
    """
    before = export.files.exclude(crc32=None).exclude(item=None).aggregate(sum=Sum("size"))["sum"] or 0
    let_go_of_connection()
    digest, crc32, size, told = hashlib.sha256(), 0, 0, time.monotonic()
    try:
        pieces = store().open_range(key_of(file), 0, file.size + 1)
    except MissingObject as error:
        raise Changed(file) from error
    for piece in pieces:
        digest.update(piece)
        crc32 = zlib.crc32(piece, crc32)
        size += len(piece)
        if time.monotonic() - told > REPORT_EVERY_S:
            report(export, before + size)
            told = time.monotonic()
    if (digest.hexdigest(), size) != (file.digest, file.size):
        raise Changed(file)
    with transaction.atomic():
        mine = held(export)
        ExportFile.objects.filter(pk=file.pk).update(crc32=crc32)
        mine.bytes_done, mine.attempts, mine.problem = before + size, 0, ""
        mine.save(update_fields=["bytes_done", "attempts", "problem"])


def _finish(export: Export) -> None:
    """Proofs to the newest checkpoint, the tag files, and the layout: the package is ready."""
    dossier = dossier_of(export, at=timezone.now())
    files = files_of(export)
    made = _proofs(export, dossier, files)
    listed = [Listed(one.path, one.size, one.digest) for one in (*files, *made)]
    now = timezone.now()
    made += [
        _document(export, path, content) for path, content in tag_files(listed, _info(export), readme(export)).items()
    ]
    with transaction.atomic():
        mine = held(export)
        EXPORT_TRANSITIONS.check(mine.state, ExportState.READY)
        ExportFile.objects.bulk_create(made)
        mine.state, mine.built_at, mine.expires_at = (
            ExportState.READY,
            now,
            now + timedelta(days=settings.EXPORT_KEEP_DAYS),
        )
        mine.digest, mine.problem, mine.failure_reason = made[-1].digest, "", ""
        mine.size = layout_of(mine, [*files, *made]).size
        claims.release(mine, step_done=True)
        mine.save()
        facts = {"digest": mine.digest, "size": mine.size, "files": len(files) + len(made)}
        ledger.record("export.built", subject_of(export), WORKER, **facts)
        for one in dossier.items:
            ledger.record(
                "evidence_item.packaged",
                item_subject(one.item),
                WORKER,
                export=str(export.public_id),
                original=one.original is not None,
                working_copy=one.working_copy is not None,
                redacted=one.redacted.digest if one.redacted else "",
            )
        tell_requester("ready", mine)


def _proofs(export: Export, dossier: Dossier, files: list[ExportFile]) -> list[ExportFile]:
    """Every act that the checkpoint covers, with its proof. Raises NotYet before it covers the list of files."""
    checkpoint = latest_checkpoint()
    acts = [entry for one in dossier.items for entry in one.acts]
    covered = [one for one in (*acts, *dossier.own_acts) if checkpoint and _index(one) < checkpoint.size]
    if checkpoint is None or export.prepared_id not in {entry.pk for entry in covered}:
        raise NotYet
    of_items = {one.path: str(one.item.public_id) for one in files if one.item is not None}
    return [
        _document(export, f"{PROOFS}checkpoint.txt", checkpoint.note.encode()),
        _document(export, f"{PROOFS}entries.json", proofs(export, covered, checkpoint, of_items)),
    ]


def _index(entry: Entry) -> float:
    place = getattr(entry, "place", None)
    return float("inf") if place is None else place.index


def _info(export: Export) -> dict[str, str]:
    return {
        "Source-Organization": export.agency.name,
        "External-Identifier": export.code,
        "Internal-Sender-Identifier": str(export.public_id),
        "Bagging-Date": timezone.now().date().isoformat(),
        "Bag-Software-Agent": settings.PORTAL_NAME,
    }
