"""What was done about a grant and by it, from the ledger, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.access.models import AccessEvent
from apps.sharing.grant_history import GRANT_WORDS
from apps.sharing.ground import subject_of
from apps.sharing.models import Grant, GrantItem
from apps.staff.cases.timeline import entries_about, who_acted

MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One act. `about` is the name of the video; `index` is its place in the ledger, None while it has none."""

    at: datetime
    words: str
    who: str
    about: str
    index: int | None


def history_of(grant: Grant) -> list[Line]:
    """Acts on the grant, and each access that it opened, the newest first."""
    opened = (
        AccessEvent.objects.filter(purpose__grant=grant.public_id).order_by("-pk").values_list("entry_id", flat=True)
    )
    subject = subject_of(grant)
    entries = entries_about({subject.kind: [grant.public_id]}, opened[:MOST])
    rows = GrantItem.objects.filter(grant=grant).values_list("item__public_id", "item__filename")
    names = {str(public_id): name for public_id, name in rows}
    return [_line(entry, names) for entry in entries[:MOST]]


def _line(entry: Any, names: dict[str, str]) -> Line:
    return Line(
        at=entry.recorded_at,
        words=str(GRANT_WORDS.get(entry.action, entry.action)),
        who=who_acted(entry),
        about=names.get(entry.subject_id, ""),
        index=entry.place.index if hasattr(entry, "place") else None,
    )
