"""Erasing what a partner wrote beside its answers. The answers stay: they say what was asked and what was said."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from apps.footage_requests.models import Invitation, Response
from apps.ledger import services as ledger
from apps.ledger.models import Entry
from apps.ledger.values import Actor
from apps.partners.models import Partner


def erase_answers(*, partner: Partner, actor: Actor) -> int:
    """Blank the notes of the partner's answers, here and in the ledger's private parts; returns how many notes."""
    erased = 0
    for invitation in Invitation.objects.filter(partner=partner).select_related("request").order_by("pk"):
        with transaction.atomic():
            notes = Response.objects.filter(match__invitation=invitation).exclude(note="")
            erased += notes.update(note="")
            ledger.erase_private_parts(entries=_answers_of(invitation), reason="account_erased", actor=actor)
    return erased


def _answers_of(invitation: Invitation) -> QuerySet[Entry]:
    entries = Entry.objects.filter(
        action="request.answered",
        subject_kind="footage_request",
        subject_id=str(invitation.request.public_id),
    )
    return entries.filter(
        pk__in=[one.pk for one in entries if one.facts.get("invitation") == str(invitation.public_id)]
    )
