"""What the portal holds about a person's conversations. Staff's notes are the agency's and not among them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.conversations.models import Attachment, Thread, ThreadMessage
from apps.conversations.states import AttachmentKind
from apps.core.data_inventory import Row, Section, Whose, register


def _threads(whose: Whose) -> Iterator[Row]:
    rows = Thread.objects.filter(invitation__partner__in=whose.partners).select_related("invitation__request")
    for row in rows.order_by("pk").iterator(500):
        yield {
            "code": row.invitation.request.code,
            "state": str(row.get_state_display()),
            "asked": row.asked_at,
            "answered": row.decided_at,
            "rating": row.rating if row.rating is not None else "",
        }


def _messages(whose: Whose) -> Iterator[Row]:
    rows = ThreadMessage.objects.filter(thread__invitation__partner__in=whose.partners)
    for row in rows.select_related("thread__invitation__request").order_by("pk").iterator(500):
        yield {
            "code": row.thread.invitation.request.code,
            "written": row.created_at,
            "by": str(row.get_side_display()),
            "kind": str(row.get_kind_display()),
            "text": row.text or "",
        }


def _attachments(whose: Whose) -> Iterator[Row]:
    rows = Attachment.objects.filter(message__thread__invitation__partner__in=whose.partners).exclude(digest="")
    for row in rows.select_related("message__thread__invitation__request").order_by("pk").iterator(20):
        yield {
            "code": row.message.thread.invitation.request.code,
            "name": row.name or "",
            "size": row.size,
            "digest": row.digest,
            "picture": bytes(row.content) if row.kind == AttachmentKind.PICTURE else "",
        }


register(
    Section(
        "conversations",
        _("Your conversations with agencies"),
        _threads,
        {
            "code": _("Request"),
            "state": _("State"),
            "asked": _("Asked"),
            "answered": _("Answered"),
            "rating": _("How it went, from 1 to 5"),
        },
        covers=("conversations.Thread",),
    )
)
register(
    Section(
        "thread_messages",
        _("What you and agencies wrote to each other"),
        _messages,
        {
            "code": _("Request"),
            "written": _("Written"),
            "by": _("By"),
            "kind": _("Kind"),
            "text": _("Text"),
        },
        covers=("conversations.ThreadMessage",),
    )
)
register(
    Section(
        "thread_files",
        _("Files in your messages"),
        _attachments,
        {
            "code": _("Request"),
            "name": _("Name"),
            "size": _("Size in bytes"),
            "digest": _("SHA-256"),
            "picture": _("Picture"),
        },
        covers=("conversations.Attachment",),
    )
)
