"""What was done about a grant and by it, from the ledger, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from apps.access.models import AccessEvent
from apps.accounts.models import User
from apps.ledger.models import Entry
from apps.sharing.grant_history import GRANT_WORDS
from apps.sharing.ground import subject_of
from apps.sharing.models import Grant
from apps.sharing.selectors import list_of_given
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


def history_of(grant: Grant, user: User) -> list[Line]:
    """Acts on the grant, and each access that it opened to an item that the person may see, the newest first."""
    names = {str(row.item.public_id): row.item.filename for row in list_of_given(grant, user)}
    inside = AccessEvent.objects.filter(purpose__grant=grant.public_id).order_by("-pk")
    about = {"subject_kind": "evidence_item", "subject_id__in": list(names)}
    outside = Entry.objects.filter(**about, actor_kind="recipient", actor_id=str(grant.public_id)).order_by("-pk")
    opened = [*inside.values_list("entry_id", flat=True)[:MOST], *outside.values_list("pk", flat=True)[:MOST]]
    subject = subject_of(grant)
    entries = entries_about({subject.kind: [grant.public_id]}, opened)
    told = [entry for entry in entries[:MOST] if entry.subject_kind == subject.kind or entry.subject_id in names]
    return [_line(entry, names) for entry in told]


def _line(entry: Any, names: dict[str, str]) -> Line:
    return Line(
        at=entry.recorded_at,
        words=str(GRANT_WORDS.get(entry.action, entry.action)),
        who=who_acted(entry),
        about=names.get(entry.subject_id, ""),
        index=entry.place.index if hasattr(entry, "place") else None,
    )
