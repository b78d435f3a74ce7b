"""Reading what was cosigned, by us and for us."""

from __future__ import annotations

from django.conf import settings

from apps.witness.models import WatchedLedger, Witnessed
from apps.witness.protocol import origin_hash


def cosigned_note(hashed: str) -> str | None:
    """The newest cosigned checkpoint of the ledger whose name has this SHA-256; None where there is none."""
    for origin, note in WatchedLedger.objects.exclude(note="").values_list("origin", "note"):
        if origin_hash(origin) == hashed:
            return note
    return None


def watched() -> list[WatchedLedger]:
    """The ledgers that this portal is a witness for, by name."""
    return [row for row in WatchedLedger.objects.order_by("origin") if row.verifiers]


def witnessed() -> list[Witnessed]:
    """The newest checkpoint at each witness that is still configured."""
    keys = [written.split(" ", 1)[0] for written in settings.LEDGER_WITNESSES]
    return list(Witnessed.objects.filter(verifier__in=keys).order_by("verifier"))
