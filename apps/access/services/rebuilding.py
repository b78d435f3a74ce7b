"""The table of access events, made again from the ledger, which is the truth."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from apps.access.models import AccessEvent, Purpose
from apps.access.selectors import BATCH, is_access, things_opened
from apps.access.services.purposes import event_of
from apps.ledger.models import Entry


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How the table of access events compared with the ledger."""

    kept: int = 0
    missing: int = 0
    surplus: int = 0

    def plus(self, kept: int, missing: int, surplus: int) -> Rebuilt:
        """With the figures of another batch."""
        return Rebuilt(self.kept + kept, self.missing + missing, self.surplus + surplus)


def rebuild_access_events(*, repair: bool = True) -> Rebuilt:
    """Make the access events again from the ledger's entries, in batches; without `repair` only compare them."""
    purposes = {str(public_id): pk for public_id, pk in Purpose.objects.values_list("public_id", "pk")}
    found, last = Rebuilt(), 0
    while batch := list(Entry.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        first, last = last, batch[-1].pk
        with transaction.atomic():
            present = {
                (event.entry_id, event.subject_kind, str(event.subject_id)): event
                for event in AccessEvent.objects.filter(entry__gt=first, entry__lte=last)
            }
            wanted = {
                (entry.pk, thing.kind, thing.public_id): event_of(entry, purposes[entry.facts["purpose"]], thing)
                for entry in batch
                if is_access(entry)
                for thing in things_opened(entry)
            }
            missing = [event for key, event in wanted.items() if key not in present]
            surplus = [event.pk for key, event in present.items() if key not in wanted]
            if repair:
                AccessEvent.objects.bulk_create(missing, ignore_conflicts=True)
                AccessEvent.objects.filter(pk__in=surplus).delete()
        found = found.plus(len(present) - len(surplus), len(missing), len(surplus))
    return found
