"""What is held about a person who wanted texts."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.core.data_inventory import Row, Section, Whose, register
from apps.texting.models import TextingConsent


def _texting(whose: Whose) -> Iterator[Row]:
    for row in TextingConsent.objects.filter(user__public_id=whose.public_id).order_by("pk"):
        yield {
            "number": row.number,
            "state": str(row.get_state_display()),
            "words": row.words,
            "asked": row.created_at,
            "confirmed": row.confirmed_at,
            "stopped": row.stopped_at,
        }


register(
    Section(
        "text_messages",
        _("Text messages that you allowed"),
        _texting,
        {
            "number": _("Number"),
            "state": _("State"),
            "words": _("What you read and ticked"),
            "asked": _("Asked for"),
            "confirmed": _("Confirmed with the code"),
            "stopped": _("Stopped"),
        },
        covers=("texting.TextingConsent",),
    )
)
