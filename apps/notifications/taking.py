"""take_mail: one mail that came to the mailbox that letters name."""

from __future__ import annotations

from collections.abc import Sequence

from apps.ledger.values import Actor
from apps.notifications.incoming import Nothing, Returned, read_mail
from apps.notifications.replies import answer_in, deliver
from apps.notifications.services import record_return


def take_mail(raw: bytes, *, sent_to: Sequence[str] = ()) -> str:
    """Read it and do what it asks for; returns what was done, in words for a log, without an address.

    Raises NobodyReads for a mail that no app takes and that cannot go on to anybody.
    """
    found = read_mail(raw, sent_to=sent_to)
    if isinstance(found, Returned):
        changed = record_return(
            message=found.message, reason=found.reason, code=found.code, actor=Actor.system("mailbox")
        )
        return f"A letter came back: {found.reason} {found.code}".strip() if changed else "Known already."
    if isinstance(found, Nothing):
        return f"Nothing to do: {found.reason}."
    return deliver(answer_in(found.message, found.mail))
