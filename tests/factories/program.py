"""Daily figures and quarterly updates, made through the real services. A quarter is over when the clock says so."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.ledger.values import Actor
from apps.program.models import PROGRAM, QuarterlyUpdate, Snapshot
from apps.program.quarters import Quarter
from apps.program.services import draft_due_update, publish_update, save_update

IN_OCTOBER = datetime(2026, 10, 3, 16, tzinfo=UTC)
Q3 = Quarter(2026, 3)
WORDS = {"en": "A good quarter.", "es": "Un buen trimestre."}


def measured(
    key: str, value: float | None, base: int, day: date = date(2026, 9, 30), part: str = "", scope: str = PROGRAM
) -> Snapshot:
    """A figure of the whole program."""
    return Snapshot.objects.create(
        day=day, measure=key, part=part, scope=scope, value=value, base=base, taken_at=timezone.now()
    )


def drafted() -> QuarterlyUpdate:
    """The draft of the third quarter, where the clock stands in the fourth."""
    measured("cameras", 412, 412)
    update = draft_due_update(actor=Actor.system("test"))
    assert update is not None
    return update


def saved(update: QuarterlyUpdate, user: User, **changes: Any) -> QuarterlyUpdate:
    """The draft with words in both languages."""
    words = {"intro": WORDS, "changes": {}, "notes": {}} | changes
    return save_update(update=update, read=update.version, user=user, **words)


def published(user: User) -> QuarterlyUpdate:
    """The first version of the third quarter."""
    update = saved(drafted(), user)
    return publish_update(update=update, read=update.version, user=user)
