"""What the record of acts says about a person: who saw places, and what the person did."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from apps.cameras.models import Camera
from apps.core.data_inventory import (
    Row,
    Section,
    Whose,
    register,
)
from apps.ledger.models import Entry
from apps.privacy.place_access import place_accesses


def _accesses(whose: Whose) -> Iterator[Row]:
    cameras = Camera.objects.filter(site__partner__in=whose.managed)
    for access in place_accesses(cameras):
        yield {"at": access.at, "who": access.who, "ground": access.ground, "cameras": access.cameras}


def _acts(whose: Whose) -> Iterator[Row]:
    entries = Entry.objects.filter(actor_kind="user", actor_id=str(whose.public_id)).order_by("pk")
    for entry in entries.iterator(500):
        yield {"at": entry.recorded_at, "act": entry.action, "entry": str(entry.public_id)}


register(
    Section(
        "accesses",
        _("Who saw where your cameras are"),
        _accesses,
        {"at": _("When"), "who": _("Who"), "ground": _("Ground"), "cameras": _("How many of your cameras")},
        covers=(),
    )
)
register(
    Section(
        "acts",
        _("What you did"),
        _acts,
        {"at": _("When"), "act": _("What"), "entry": _("Number of the entry")},
        covers=(),
    )
)
