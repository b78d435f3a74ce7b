"""Noticing, and acknowledging what was noticed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core import text
from apps.core.errors import InvalidInput, WrongState
from apps.core.locks import locked
from apps.findings.kinds import KINDS
from apps.findings.models import Finding
from apps.ledger import services as ledger
from apps.ledger.values import Actor, Subject

NOTE_MIN, NOTE_MAX = 5, 1000
_SYSTEM = Actor.system("findings")


def notice(kind: str, *, about: Subject | None = None, agency: UUID | str = "", facts: dict[str, Any]) -> None:
    """Record that the portal noticed something, in the caller's transaction if there is one.

    The first time opens a finding and records `finding.opened`. While nobody has acknowledged it, the same kind about
    the same subject of the same agency counts up. Inside a verb call it last: findings are the last rows to be locked.
    What a refusal rolls back is rolled back with it, so notice a refusal outside of the transaction. `facts` are ids
    and numbers. Raises KeyError for a kind that nobody declared.
    """
    KINDS[kind]
    key = {
        "kind": kind,
        "about_kind": about.kind if about else "",
        "about_id": about.public_id if about else "",
        "agency": str(agency),
    }
    with transaction.atomic():
        if _count_up(key, facts):
            return
        try:
            with transaction.atomic():
                _open(key, facts)
        except IntegrityError:  # somebody opened it in between
            _count_up(key, facts)


def _count_up(key: dict[str, str], facts: dict[str, Any]) -> bool:
    found = Finding.objects.filter(**key, acknowledged_at__isnull=True)
    return bool(found.update(times=F("times") + 1, last_at=timezone.now(), facts=facts))


def _open(key: dict[str, str], facts: dict[str, Any]) -> None:
    now = timezone.now()
    finding = Finding.objects.create(**key, facts=facts, first_at=now, last_at=now)
    ledger.record("finding.opened", subject_of(finding), _SYSTEM, **key, seen=facts)


def acknowledge(*, finding: Finding, note: str, actor: Actor) -> Finding:
    """A person has dealt with it and says what was done; from now on the same thing opens a new finding.

    Raises InvalidInput without a note, WrongState for one that somebody acknowledged before.
    """
    note = text.paragraphs(note, field="note", most=NOTE_MAX)
    if len(note) < NOTE_MIN:
        sentence = _("Say in a few words what was done.")
        raise InvalidInput.about("note", sentence)
    with transaction.atomic():
        finding = locked(Finding.objects).get(pk=finding.pk)
        if finding.acknowledged_at is not None:
            raise WrongState(_("Somebody has acknowledged this already."), code="acknowledged")
        finding.acknowledged_at = timezone.now()
        finding.acknowledged_by = actor.public_id
        finding.note = note
        finding.save(update_fields=["acknowledged_at", "acknowledged_by", "note"])
        ledger.record("finding.acknowledged", subject_of(finding), actor, times=finding.times, private={"note": note})
    return finding


def subject_of(finding: Finding) -> Subject:
    """As the ledger names it."""
    return Subject.of("finding", finding.public_id)
