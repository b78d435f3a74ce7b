"""What comes to the mailbox that letters name: reports that a letter was not delivered, complaints, answers.

Reports are read by RFC 3464 and complaints by RFC 5965. Which letter it is about is found by the token in the address
to which it came, else by what the report repeats of the letter.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.message import Message as Part

from apps.notifications.models import Message, ReturnReason
from apps.notifications.return_addresses import message_of_addresses
from apps.notifications.return_reasons import reason_of, status_in

_ADDRESSED_BY = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


@dataclass(frozen=True, slots=True)
class Returned:
    """A report that the letter did not arrive, or that its reader does not want it."""

    message: Message
    reason: ReturnReason
    code: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """Somebody wrote. `message` is the letter that they answer, if its token came with it."""

    message: Message | None
    mail: EmailMessage


@dataclass(frozen=True, slots=True)
class Nothing:
    """What a machine wrote and nobody has to read, and why."""

    reason: str


def read_mail(raw: bytes, *, sent_to: Sequence[str] = ()) -> Returned | Written | Nothing:
    """What this mail is. `sent_to` are the addresses to which the mail server took it, where it says so."""
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    named = [*sent_to, *(str(value) for name in _ADDRESSED_BY for value in mail.get_all(name, []))]
    parts = {part.get_content_type(): part for part in mail.walk()}
    if (report := parts.get("message/delivery-status")) is not None:
        return _read_report(report, message_of_addresses(named) or _message_repeated(mail))
    if "message/feedback-report" in parts:
        message = message_of_addresses(named) or _message_repeated(mail)
        return Nothing("a complaint about no letter of ours") if message is None else _complaint(message)
    if "From" not in mail:
        return Nothing("a mail of nobody")
    if _is_automatic(mail):
        return Nothing("an automatic answer")
    return Written(message_of_addresses(named), mail)


def _complaint(message: Message) -> Returned:
    return Returned(message, ReturnReason.UNWANTED)


def _read_report(report: Part, message: Message | None) -> Returned | Nothing:
    if message is None:
        return Nothing("a report about no letter of ours")
    for block in _blocks(report):
        if str(block.get("Action", "")).strip().lower() != "failed":
            continue
        code = status_in(str(block.get("Diagnostic-Code", ""))) or status_in(str(block.get("Status", "")))
        return Returned(message, reason_of(code), code)
    return Nothing("a report that the letter is late or arrived")


def _blocks(report: Part) -> Iterator[Part]:
    """The groups of fields: one about the whole, one for each recipient."""
    payload = report.get_payload()
    if isinstance(payload, list):
        yield from (part for part in payload if isinstance(part, Part))


def _message_repeated(mail: EmailMessage) -> Message | None:
    """The letter of which a report holds the headers: by the token in them, else by its Message-ID."""
    for part in mail.walk():
        if part is mail:
            continue
        headers: Part = part
        if part.get_content_type() == "text/rfc822-headers":
            headers = email.message_from_string(str(part.get_payload(decode=False)))
        found = message_of_addresses(
            str(value) for name in ("Return-Path", "Reply-To") for value in headers.get_all(name, [])
        )
        message_id = str(headers.get("Message-ID", "")).strip()
        if found is None and message_id:
            found = Message.objects.filter(message_id=message_id).first()
        if found is not None:
            return found
    return None


def _is_automatic(mail: EmailMessage) -> bool:
    """Answers of machines (RFC 3834): who is away, who got it. Answering them would never end."""
    auto = str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(mail.get("Precedence", "")).strip().lower()
    return (
        auto not in ("", "no")
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or any(name in mail for name in ("X-Autoreply", "X-Autorespond", "List-Id"))
        or str(mail.get("Return-Path", "x")).strip() == "<>"
    )
