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
from apps.notifications.models import BODIES, UnreachableAddress
from apps.notifications.services import digest_of_address


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


def _unreachable(whose: Whose) -> Iterator[Row]:
    digests = [digest_of_address(address) for address in whose.addresses]
    for row in UnreachableAddress.objects.filter(recipient_digest__in=digests).order_by("pk"):
        yield {"came_back": row.returned_at, "reason": str(row.get_reason_display()), "stopped": row.stopped_at}


register(
    Section(
        "letters_that_came_back",
        _("Letters to your address that came back"),
        _unreachable,
        {
            "came_back": _("The last one came back"),
            "reason": _("Reason"),
            "stopped": _("No more letters since"),
        },
        covers=("notifications.UnreachableAddress",),
    )
)
