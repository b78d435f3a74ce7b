"""add_items, decide_item: which items a request reaches, and what is given of each."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import text
from apps.core.errors import InvalidInput, NotFound
from apps.core.locks import locked
from apps.disclosure.models import RecordsRequest, RequestedItem
from apps.disclosure.services.guard import actor_of, changed, locked_request, subject_of
from apps.disclosure.states import Decision
from apps.evidence.models import EvidenceItem
from apps.evidence.policies import is_open_to, viewable_items
from apps.evidence.services.removal import check_kept
from apps.ledger import services as ledger
from apps.redaction.copies import chosen_copies
from apps.redaction.models import Redaction

NOTE_MAX = 1000
MOST_AT_ONCE = 200


def add_items(*, request: RecordsRequest, user: User, items: Iterable[UUID]) -> list[RequestedItem]:
    """Put items of the agency to the request; those that are there already stay. From now on they are kept.

    Raises as `locked_request`; InvalidInput for none, or for more than MOST_AT_ONCE; NotFound for an item that the
    person does not see, or of another agency; WrongState for one that was disposed of.
    """
    wanted = set(items)
    if not wanted:
        raise InvalidInput(_("Choose at least one item."), fields={"items": _("Choose at least one item.")})
    if len(wanted) > MOST_AT_ONCE:
        sentence = _("Choose at most %(most)d items at once.") % {"most": MOST_AT_ONCE}
        raise InvalidInput.about("items", sentence)
    with transaction.atomic():
        mine = locked_request(request, user)
        seen = viewable_items(user).filter(agency=mine.agency, public_id__in=wanted)
        # Under the lock of each item, which its disposal takes too: one comes before the other.
        rows = list(locked(EvidenceItem.objects.filter(pk__in=seen.values("pk"))))
        if len(rows) != len(wanted):
            raise NotFound(_("There is no such item, or it is not for you."))
        for row in rows:
            check_kept(row)
        there = set(RequestedItem.objects.filter(request=mine, item__in=rows).values_list("item_id", flat=True))
        new = RequestedItem.objects.bulk_create(
            RequestedItem(request=mine, item=row) for row in rows if row.pk not in there
        )
        if new:
            changed(mine)
            ledger.record(
                "records_request.items_added",
                subject_of(mine),
                actor_of(user, mine),
                items=[str(one.item.public_id) for one in new],
            )
        return list(new)


def decide_item(
    *, line: RequestedItem, user: User, decision: str, note: str = "", redaction: UUID | None = None
) -> RequestedItem:
    """Say what is given of an item. It can be said anew until the request is answered; the same again changes nothing.

    `redaction` (a public id): whose proven copy is given; it counts only where parts are removed. What is redacted or
    withheld needs a line of the exemption log before the answer, not before this. Raises as `locked_request`, and
    InvalidInput.
    """
    note = text.line(note, field="note", most=NOTE_MAX, required=False)
    if decision not in Decision.values:
        raise InvalidInput(_("Choose what is given."), fields={"decision": _("Choose what is given.")})
    with transaction.atomic():
        mine = locked_request(line.request, user)
        found = locked(RequestedItem.objects).select_related("item").get(pk=line.pk)
        copy = _copy(user, found, redaction) if decision == Decision.REDACT and redaction else None
        if (found.decision, found.note, found.redaction_id) == (decision, note, copy.pk if copy else None):
            return found
        found.decision, found.note, found.redaction = decision, note, copy
        found.decided_at, found.decided_by = timezone.now(), user
        found.save(update_fields=["decision", "note", "redaction", "decided_at", "decided_by"])
        changed(mine)
        ledger.record(
            "records_request.item_decided",
            subject_of(mine),
            actor_of(user, mine),
            item=str(found.item.public_id),
            decision=decision,
            redaction=str(copy.public_id) if copy else "",
            private={"note": note},
        )
        return found


def _copy(user: User, line: RequestedItem, redaction: UUID) -> Redaction:
    shown = [line.item] if is_open_to(user, line.item) else []
    try:
        return chosen_copies(shown, [redaction])[line.item_id]
    except InvalidInput as error:
        raise InvalidInput.about("redaction", str(error.message)) from error
