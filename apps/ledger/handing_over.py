"""The key that signs checkpoints hands over to the next one: a checkpoint names it, and both sign."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from apps.core.errors import PortalError
from apps.ledger import checkpoints
from apps.ledger.models import Checkpoint, Entry
from apps.ledger.services import record, sequence
from apps.ledger.values import Actor, Subject

HANDED_OVER = "ledger_key.handed_over"


class NotHandedOver(PortalError):
    """The next key is missing, or a process of the portal does not know it yet."""

    status = 409


def hand_over(*, actor: Actor) -> Checkpoint:
    """The checkpoint that contains the next key's name and that both keys signed; again, the same one.

    Raises NotHandedOver.
    """
    if not settings.LEDGER_NEXT_KEY:
        raise NotHandedOver("LEDGER_NEXT_KEY is not set.")
    following = checkpoints.verifier_key(settings.LEDGER_NEXT_KEY)
    for attempt in (True, False):
        found = _signed_by_both(following)
        if found is not None:
            return found
        if attempt:
            with transaction.atomic():
                subject = Subject("ledger_key", checkpoints.key_id_of(following))
                record(HANDED_OVER, subject, actor, former=checkpoints.verifier_key(), next=following)
            sequence()
    raise NotHandedOver("A process that does not know LEDGER_NEXT_KEY signed. Restart all of them, and try again.")


def _signed_by_both(following: str) -> Checkpoint | None:
    both = {checkpoints.key_id_of(checkpoints.verifier_key()), checkpoints.key_id_of(following)}
    named = Entry.objects.filter(action=HANDED_OVER, subject_id=checkpoints.key_id_of(following), place__isnull=False)
    first = named.order_by("place__index").values_list("place__index", flat=True).first()
    if first is None:
        return None
    rows = Checkpoint.objects.filter(size__gt=first).order_by("size")
    return next((row for row in rows if both <= set(checkpoints.open_note(row.note).signers)), None)
