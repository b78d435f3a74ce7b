"""What mail servers say of a letter that they do not deliver, in five reasons of ours."""

from __future__ import annotations

import re

from apps.notifications.models import ReturnReason

#: After one of these an address gets no more letters; the others may be a bad day.
FOR_GOOD = frozenset({ReturnReason.NO_MAILBOX, ReturnReason.UNWANTED})

# RFC 3463: 5.1.x is about the address itself, 5.2.1 is a mailbox that was closed.
_NO_MAILBOX = re.compile(r"5\.(1\.(0|1|2|3|6|10)|2\.1)")
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_BY_PROVIDERS_WORD = {
    "invalid": ReturnReason.NO_MAILBOX,
    "bounced": ReturnReason.NO_MAILBOX,
    "spam": ReturnReason.UNWANTED,
    "unsubscribed": ReturnReason.UNWANTED,
    "timed_out": ReturnReason.LATE,
}


def status_in(words: str) -> str:
    """The first enhanced status code (RFC 3463) in an answer; empty if there is none."""
    found = _STATUS.search(words)
    return found[0] if found else ""


def reason_of(status: str) -> ReturnReason:
    """The reason of an enhanced status code, or of a bare one."""
    if _NO_MAILBOX.fullmatch(status):
        return ReturnReason.NO_MAILBOX
    if status.endswith(".2.2"):
        return ReturnReason.FULL
    return ReturnReason.LATE if status.startswith("4") else ReturnReason.REFUSED


def reason_of_provider(word: str | None, answer: str) -> ReturnReason:
    """The reason of a provider: by the code of the server that it asked, else by its own word for it."""
    status = status_in(answer)
    named = _BY_PROVIDERS_WORD.get(word or "", ReturnReason.REFUSED)
    return named if named == ReturnReason.UNWANTED or not status else reason_of(status)
