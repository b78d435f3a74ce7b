"""Proven copies that go out in place of their originals: which there are, and which one somebody chose of each item."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput
from apps.evidence.models import EvidenceItem
from apps.evidence.policies import NEVER_OPENED
from apps.redaction.models import Redaction
from apps.redaction.states import RedactionState


def copies_of(items: Iterable[EvidenceItem]) -> dict[int, list[Redaction]]:
    """The redactions of these items whose copy can go out, the newest first, by the item's primary key.

    Items without one are not in it. What may not be opened any more has none.
    """
    keys = [item.pk for item in items if item.state not in NEVER_OPENED]
    rows = Redaction.objects.filter(item__in=keys, state=RedactionState.PROVEN).select_related("made", "item")
    found: dict[int, list[Redaction]] = {}
    for row in rows.order_by("-pk"):
        found.setdefault(row.item_id, []).append(row)
    return found


def chosen_copies(items: Iterable[EvidenceItem], wanted: Collection[UUID]) -> dict[int, Redaction]:
    """The redaction (public ids) that takes an item's place, by the item's primary key; of other items there is none.

    Raises InvalidInput about `redacted` for one that is not proven or not of these items, and for two of one item.
    """
    known = {one.public_id: one for rows in copies_of(items).values() for one in rows}
    chosen = [known[one] for one in set(wanted) if one in known]
    if len(chosen) != len(set(wanted)):
        raise InvalidInput.about(
            "redacted", _("One of these redacted copies is not of the chosen videos, or not made.")
        )
    by_item = {one.item_id: one for one in chosen}
    if len(by_item) != len(chosen):
        raise InvalidInput.about("redacted", _("Choose one redacted copy of each video."))
    return by_item
