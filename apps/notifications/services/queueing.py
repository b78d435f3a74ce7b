"""The outbox: queue with the act, send afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.background import enqueue_after_commit
from apps.core.errors import InvalidInput
from apps.core.rows import insert_rows
from apps.notifications.models import BODIES, Channel, Letter, Message

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_SUBJECT_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A rendered message that is to be queued. `not_before` is UTC; none means at once.

    With `values`, text and HTML are the words of a letter that many get: they are stored once and kept, so nothing
    about one reader and no link that opens something may be in them. The values are the reader's, for the marks there.
    `unsubscribe_url` is for letters that a reader may stop: an address that takes one POST and asks nothing more.
    `reader`, `about` and `digest_line` are for letters to staff that follow the reader's choice: see `tell_staff`.
    """

    kind: str
    recipient: str
    subject: str
    text: str
    dedupe_key: str
    html: str = ""
    not_before: datetime | None = None
    unsubscribe_url: str = ""
    values: Mapping[str, str] | None = None
    reader: User | None = None
    about: UUID | None = None
    digest_line: str = ""
    channel: Channel = Channel.MAIL


def queue_message(
    *,
    kind: str,
    recipient: str,
    subject: str,
    text: str,
    html: str = "",
    dedupe_key: str,
    not_before: datetime | None = None,
    unsubscribe_url: str = "",
) -> Message:
    """Put a rendered message in the outbox, in the caller's transaction. A repeat of `dedupe_key` returns the first.

    It goes out at `not_before` (UTC) or at once. Raises InvalidInput for an address that is none and for line breaks
    in what becomes a header.
    """
    draft = Draft(
        kind=kind,
        recipient=recipient,
        subject=subject,
        text=text,
        html=html,
        dedupe_key=dedupe_key,
        not_before=not_before,
        unsubscribe_url=unsubscribe_url,
    )
    queue_messages([draft])
    # Address and bodies stay encrypted where they lie: nobody reads them before the sending.
    return Message.objects.defer("recipient", *BODIES).get(dedupe_key=dedupe_key)


def queue_messages(drafts: Sequence[Draft]) -> None:
    """Queue many at once, in one statement, and one more for the letters that they share.

    As with `queue_message`, a `dedupe_key` that is there already keeps its first message. Raises InvalidInput for the
    first draft that cannot be sent; then none is queued.
    """
    now = timezone.now()
    with transaction.atomic():
        letters = _letters_of(drafts)
        rows = [
            {
                "kind": draft.kind,
                "channel": str(draft.channel),
                "recipient": _recipient_of(draft),
                "recipient_digest": digest_of_address(draft.recipient),
                "subject": _one_line(draft.subject),
                "unsubscribe_url": _one_line_address(draft.unsubscribe_url),
                "dedupe_key": draft.dedupe_key,
                "reader_id": draft.reader.pk if draft.reader else None,
                "about": draft.about,
                "digest_line": _one_line(draft.digest_line),
                "not_before": draft.not_before or now,
                **_bodies(draft, letters),
            }
            for draft in drafts
        ]
        columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}
        insert_rows(Message, columns, ignore_conflicts=True)
        ring_once()


def _letters_of(drafts: Sequence[Draft]) -> dict[tuple[str, str], int]:
    """Store each shared text once; the keys of the letters by text and HTML."""
    shared = dict.fromkeys((draft.text, draft.html) for draft in drafts if draft.values is not None)
    letters = Letter.objects.bulk_create(Letter(text=text, html=html) for text, html in shared)
    return {words: letter.pk for words, letter in zip(shared, letters, strict=True)}


def _bodies(draft: Draft, letters: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    if draft.values is None:
        return {"text": draft.text, "html": draft.html, "letter_id": None, "reader_values": ""}
    words = (draft.text, draft.html)
    return {"text": "", "html": "", "letter_id": letters[words], "reader_values": json.dumps(dict(draft.values))}


def digest_of_address(address: str) -> str:
    """What finds the messages to one address: keyed, so that nobody can try addresses against a copy of the table."""
    value = address.strip().lower()
    return salted_hmac("notifications.recipient", value, secret=settings.DIGEST_KEY, algorithm="sha256").hexdigest()


def _recipient_of(draft: Draft) -> str:
    if draft.channel == Channel.MAIL:
        return _one_address(draft.recipient)
    if not _NUMBER.fullmatch(draft.recipient):
        raise InvalidInput(_("This is not a telephone number."), code="number")
    return draft.recipient


def _one_address(recipient: str) -> str:
    try:
        validate_email(recipient)
    except ValidationError as error:
        raise InvalidInput(_("This is not an e-mail address."), fields={"recipient": error.messages[0]}) from error
    if _CONTROL.search(recipient):
        raise InvalidInput(_("This is not an e-mail address."), code="header_injection")
    return recipient


def _one_line_address(address: str) -> str:
    if _CONTROL.search(address) or any(letter in address for letter in "<> "):
        raise InvalidInput(_("The way out of a letter is one address."), code="header_injection")
    return address


def _one_line(subject: str) -> str:
    if _CONTROL.search(subject):
        raise InvalidInput(_("The subject of a message is one line."), code="header_injection")
    return subject if len(subject) <= _SUBJECT_LIMIT else f"{subject[: _SUBJECT_LIMIT - 1]}…"


def ring_once() -> None:
    """One message to the queue for a transaction, however many messages it queues."""
    if not any(hook[1] is _ring for hook in transaction.get_connection().run_on_commit):
        transaction.on_commit(_ring, robust=True)


def _ring() -> None:
    enqueue_after_commit("apps.notifications.tasks.send_due_messages")
