"""Erasing what was written with a partner: that there was a message stays, what it said does not."""

from __future__ import annotations

from django.db import transaction

from apps.conversations.models import Attachment, StaffNote, Thread, ThreadMessage
from apps.footage_requests.models import Invitation
from apps.footage_requests.services.guard import locked_invitation
from apps.partners.models import Partner


def erase_conversations(*, partner: Partner) -> int:
    """Blank messages of both sides, staff's notes and attachments of the partner's conversations; returns how many.

    Both sides, because an answer repeats its question. No entry of its own: the act is the erasure of the account, and
    the ledger never held a text.
    """
    erased = 0
    for invitation in Invitation.objects.filter(partner=partner).select_related("request").order_by("pk"):
        with transaction.atomic():
            thread = Thread.objects.filter(invitation=locked_invitation(invitation)).first()
            if thread is None:
                continue
            for model in (ThreadMessage, StaffNote):
                erased += model._default_manager.filter(thread=thread).exclude(text="").update(text="")
            files = Attachment.objects.filter(message__thread=thread).exclude(digest="")
            erased += files.update(name="", content=b"", digest="", size=0)
    return erased
