"""A drill happens on another machine, and the portal shows when the last one was: by a receipt that nobody makes up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from apps.backups.ages import note
from apps.backups.making import PROGRAM
from apps.backups.models import Kept, Part
from apps.backups.proving import Proof
from apps.ledger import services as ledger
from apps.ledger.values import Actor

_SALT = "backups.drill"


@dataclass(frozen=True, slots=True)
class Drill:
    """What a restore proved: when (UTC), how many acts and objects, what was wrong, and how many seconds it took."""

    at: str
    entries: int
    objects: int
    broken: int
    unproved: int
    seconds: int


def receipt(proof: Proof, *, seconds: float) -> str:
    """One line that says what a restore proved. It carries a code made with DIGEST_KEY."""
    drill = Drill(
        at=timezone.now().isoformat(timespec="seconds"),
        entries=proof.entries,
        objects=proof.originals + proof.derivatives,
        broken=len(proof.broken),
        unproved=len(proof.unproved),
        seconds=round(seconds),
    )
    return signing.dumps(asdict(drill), key=settings.DIGEST_KEY, salt=_SALT)


def note_drill(*, written: str, actor: Actor) -> Drill:
    """Record the drill of a receipt: one entry. The same receipt again, or an older one, records nothing.

    One that found something wrong is recorded and does not count as a drill. Raises `signing.BadSignature`.
    """
    drill = Drill(**signing.loads(written.strip(), key=settings.DIGEST_KEY, salt=_SALT))
    at = datetime.fromisoformat(drill.at)
    if Kept.objects.filter(part=Part.DRILL, through__gte=at).exists():
        return drill
    with transaction.atomic():
        ledger.record("backup.drilled", PROGRAM, actor, **asdict(drill))
        if not drill.broken:
            note(Part.DRILL, at)
    return drill
