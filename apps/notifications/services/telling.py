"""tell_staff: that something waits for a staff member, in the way that they chose for its topic."""

from __future__ import annotations

from apps.notifications.choices import way_of
from apps.notifications.models import Way
from apps.notifications.services.queueing import Draft, queue_messages


def tell_staff(draft: Draft) -> None:
    """Queue the letter in the act's transaction, unless its reader wants the topic in the page only.

    `about` is the public id of what waits; `digest_line` (a code and a page, in one line) is what a digest says of it.
    When its time comes the letter is asked about again: see `apps.notifications.choices`.
    """
    if draft.reader is None or way_of(draft.reader, draft.kind) != Way.PAGE:
        queue_messages([draft])
