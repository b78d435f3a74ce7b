"""Who takes an answer to a letter: the app whose letter it is. What nobody takes goes on to people who read mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from apps.notifications.models import Message
from apps.notifications.reply_text import text_of, written_in

MOST_FILES = 10


@dataclass(frozen=True, slots=True)
class File:
    """Something that was attached."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer by mail. `message` is the letter, proved by the token in the address; None: a mail to nobody."""

    message: Message | None
    sender: str
    subject: str
    text: str
    whole_text: str
    files: Sequence[File]
    message_id: str


#: Says whether it took the answer.
Take = Callable[[Answer], bool]
_takers: dict[str, Take] = {}
_forward: list[Take] = []


class NobodyReads(Exception):
    """There is nobody to whom a mail could go on: its sender has to be told."""


def take_answers(kind: str, take: Take) -> None:
    """Ask `take` about answers to letters whose kind begins with `kind`. Called from an AppConfig.ready."""
    _takers[kind] = take


def forward_by(take: Take) -> None:
    """Hand what nobody takes to `take`. Called once, from an AppConfig.ready."""
    _forward[:] = [take]


def answer_in(message: Message | None, mail: EmailMessage) -> Answer:
    """What a mail says, in the parts that anybody asks for."""
    return Answer(
        message=message,
        sender=str(mail.get("From", ""))[:200],
        subject=str(mail.get("Subject", ""))[:200],
        text=written_in(mail),
        whole_text=text_of(mail),
        files=[
            File(part.get_filename() or "", part.get_payload(decode=True) or b"")  # type: ignore[arg-type]
            for part in mail.iter_attachments()
        ][:MOST_FILES],
        message_id=str(mail.get("Message-ID", ""))[:200],
    )


def deliver(answer: Answer) -> str:
    """Give it to its app, else forward it; says in words which. Raises NobodyReads."""
    letter = answer.message
    if letter is not None and letter.recipient_digest:
        kind = max((kind for kind in _takers if letter.kind.startswith(kind)), key=len, default=None)
        if kind is not None and _takers[kind](answer):
            return "An answer was taken."
    if any(forward(answer) for forward in _forward):
        return "A mail was forwarded."
    raise NobodyReads
