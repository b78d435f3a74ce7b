"""What was done about an export, from the ledger, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.disclosure.export_history import EXPORT_WORDS
from apps.disclosure.models import Export
from apps.disclosure.services.export_asking import subject_of
from apps.staff.cases.timeline import entries_about, who_acted


@dataclass(frozen=True, slots=True)
class Line:
    """One act on the export. `index` is its place in the ledger, None while it has none."""

    at: datetime
    words: str
    who: str
    index: int | None


def history_of(export: Export) -> list[Line]:
    """Every act on the export itself, the newest first."""
    subject = subject_of(export)
    return [
        Line(
            at=entry.recorded_at,
            words=str(EXPORT_WORDS.get(entry.action, entry.action)),
            who=who_acted(entry),
            index=entry.place.index if hasattr(entry, "place") else None,
        )
        for entry in entries_about({subject.kind: [export.public_id]})
    ]
