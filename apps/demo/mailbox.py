"""Reads what the file back-end of development wrote: the demo's mailbox, sign-in codes included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

# The back-end ends each message with a line of 79 dashes; several messages of one connection share a file.
_END = re.compile(rb"^-{79}\r?\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it would have reached its reader. `name` finds it again; `links` are those in its text."""

    name: str
    recipient: str
    subject: str
    sent: datetime | None
    text: str


def letters(*, recipient: str = "", most: int = 50) -> list[Letter]:
    """The newest letters first, of one recipient if given. A file that cannot be parsed is passed over."""
    found: list[Letter] = []
    folder = Path(settings.EMAIL_FILE_PATH)
    if not folder.is_dir():
        return found
    for path in sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns, reverse=True):
        parts = [part for part in _END.split(path.read_bytes()) if part.strip()]
        for number, part in reversed(list(enumerate(parts))):
            letter = _letter(f"{path.name}:{number}", part)
            if not recipient or recipient.lower() in letter.recipient.lower():
                found.append(letter)
        if len(found) >= most:
            break
    return found[:most]


def letter(name: str) -> Letter | None:
    """One letter by its name, or None."""
    file, _, number = name.rpartition(":")
    folder = Path(settings.EMAIL_FILE_PATH)
    if file not in {path.name for path in folder.glob("*.log")} or not number.isdigit():
        return None
    parts = [part for part in _END.split((folder / file).read_bytes()) if part.strip()]
    return _letter(name, parts[int(number)]) if int(number) < len(parts) else None


def _letter(name: str, raw: bytes) -> Letter:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)  # noqa: S101
    body = mail.get_body(("plain",))
    date = mail["Date"]
    return Letter(
        name=name,
        recipient=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        sent=parsedate_to_datetime(str(date)) if date else None,
        text=body.get_content() if body else "",
    )
