"""What the outbox holds about a person: which mails went out, not their words, which are blanked after sending."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    register,
)
from apps.notifications.erasing import messages_to
from apps.notifications.models import BODIES


def _mails(whose: Whose) -> Iterator[Row]:
    rows = messages_to(whose.addresses, whose.public_id).defer(*BODIES).order_by("pk")
    for row in rows.iterator(500):
        yield {
            "written": row.created_at,
            "sent": row.sent_at,
            "subject": row.subject,
            "to": row.recipient,
            "state": str(row.get_state_display()),
        }


register(
    Section(
        "mails",
        _("Mails that we sent you"),
        _mails,
        {
            "written": _("Written"),
            "sent": _("Sent"),
            "subject": _("Subject"),
            "to": _("Recipient"),
            "state": _("State"),
        },
        covers=("notifications.Message",),
    )
)
