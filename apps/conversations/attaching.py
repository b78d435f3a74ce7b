"""Small files in a message: pictures made anew in the confinement, documents kept as they are and never opened."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.conversations.models import Attachment, ThreadMessage
from apps.conversations.states import AttachmentKind
from apps.core.errors import InvalidInput
from apps.media.pictures import picture_of_form
from apps.uploads.filenames import safe_filename

MOST_FILES = 3
PICTURE_BYTES, DOCUMENT_BYTES = 8 * 1024 * 1024, 2 * 1024 * 1024
LONGEST_SIDE = 1600
THREAD_FILES = 30


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as a form brought it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ReadyFile:
    """A file as it will be kept."""

    kind: str
    name: str
    content: bytes


def ready_files(files: Sequence[GivenFile], *, sender: str) -> list[ReadyFile]:
    """The files as they will be kept. Decodes pictures, so it is called before the transaction.

    Raises InvalidInput beside `files` for too many, too large, or what is neither a picture, a PDF nor plain text;
    `Busy` while enough pictures wait their turn.
    """
    if len(files) > MOST_FILES:
        raise refused(_("Please attach at most %(most)d files to a message.") % {"most": MOST_FILES})
    return [_ready(one, sender) for one in files]


def _ready(given: GivenFile, sender: str) -> ReadyFile:
    name = safe_filename(given.name)
    if not given.content:
        raise refused(_("This file is empty."))
    if given.content.startswith(b"%PDF-") or _is_plain_text(given.content):
        if len(given.content) > DOCUMENT_BYTES:
            raise refused(_("A document may have at most 2 MB. Video goes through the upload page."))
        return ReadyFile(AttachmentKind.DOCUMENT, name, given.content)
    if len(given.content) > PICTURE_BYTES:
        raise refused(_("A picture may have at most 8 MB. Video goes through the upload page."))
    made = picture_of_form(given.content, longest_side=LONGEST_SIDE, sender=sender, field="files")
    stem = name.rpartition(".")[0] or name
    return ReadyFile(AttachmentKind.PICTURE, f"{stem}.jpg", made.jpeg)


def _is_plain_text(content: bytes) -> bool:
    """Text without markup: what a browser could take for a page is no document here."""
    if len(content) > DOCUMENT_BYTES or b"\x00" in content or content.lstrip()[:1] == b"<":
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def attach(message: ThreadMessage, files: Sequence[ReadyFile]) -> None:
    """Store them with the message, in its transaction. Raises InvalidInput where the conversation holds too many."""
    held = Attachment.objects.filter(message__thread=message.thread_id).count()
    if files and held + len(files) > THREAD_FILES:
        raise refused(_("This conversation holds as many files as it can. Use the upload page, or call the agency."))
    for one in files:
        Attachment.objects.create(
            message=message,
            kind=one.kind,
            name=one.name,
            content=one.content,
            size=len(one.content),
            digest=hashlib.sha256(one.content).hexdigest(),
        )


def refused(sentence: str) -> InvalidInput:
    return InvalidInput.about("files", sentence)
