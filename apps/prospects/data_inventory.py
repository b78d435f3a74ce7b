"""What an agency entered about a person."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.core.data_inventory import Row, Section, Whose, register
from apps.prospects.access import recorded
from apps.prospects.digests import email_key
from apps.prospects.models import OwnerInvitation
from apps.prospects.states import OPEN_OWNERS


def _entered(whose: Whose) -> Iterator[Row]:
    keys = [email_key(address) for address in whose.addresses]
    rows = OwnerInvitation.objects.filter(email_key__in=keys).select_related("agency")
    for row in rows.order_by("pk").iterator(100):
        entered = recorded(row) if row.state in OPEN_OWNERS else []
        yield {
            "agency": row.agency.name,
            "state": str(row.get_state_display()),
            "name": row.name,
            "phone": row.phone,
            "cameras": [f"{one.name}, {one.address}: {one.stated}" for one in entered],
            "entered": row.created_at,
            "invited": row.invited_at,
            "answered": row.answered_at,
        }


register(
    Section(
        key="entered_by_others",
        title=_("What an agency entered about you"),
        rows=_entered,
        labels={
            "agency": _("agency"),
            "state": _("state"),
            "name": _("name"),
            "phone": _("phone"),
            "cameras": _("cameras"),
            "entered": _("entered"),
            "invited": _("invited at"),
            "answered": _("answered at"),
        },
        covers=("prospects.OwnerInvitation", "prospects.PreRegisteredCamera"),
    )
)
