"""add_staff_note: what staff tell each other about a conversation."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.conversations.models import StaffNote
from apps.conversations.services.guard import locked_for_staff, thread_in
from apps.core import text as words
from apps.core.errors import NotFound
from apps.core.once import create_once
from apps.footage_requests.models import Invitation
from apps.footage_requests.services.guard import subject_of
from apps.ledger import services as ledger
from apps.ledger.values import Actor

NOTE_MOST = 2000


def add_staff_note(
    *, user: User, invitation: Invitation, text: str, request_key: UUID | None = None, actor: Actor
) -> StaffNote:
    """Write a note that no owner ever sees. A repeat of the key finds the first one.

    Raises NotFound, NotAllowed, InvalidInput.
    """
    with transaction.atomic():
        invitation = locked_for_staff(user, invitation)
        text = words.paragraphs(text, field="note", most=NOTE_MOST)
        thread = thread_in(invitation)
        note, created = create_once(StaffNote, request_key=request_key, thread=thread, author=user, text=text)
        if not created:
            if (note.thread_id, note.author_id) != (thread.pk, user.pk):
                raise NotFound(_("There is no such note among yours."))
            return note
        ledger.record(
            "thread.note_added",
            subject_of(invitation.request),
            actor,
            invitation=str(invitation.public_id),
            note=str(note.public_id),
        )
        return note
