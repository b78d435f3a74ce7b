"""Making copies anew: by a better recipe, or for items made before there was one. Originals are only read.

The copies that are there stay in use until the new ones are recorded, and for good where none can be made.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.core.background import enqueue_after_commit
from apps.core.errors import NotAllowed, WrongState
from apps.core.locks import locked
from apps.evidence import policies
from apps.evidence.models import EvidenceItem
from apps.evidence.services.working import subject_of
from apps.evidence.states import ITEM_TRANSITIONS, ItemState
from apps.ledger import services as ledger
from apps.ledger.values import Actor
from apps.media.recipes import GENERATION


def remake_item(*, item: EvidenceItem, user: User) -> EvidenceItem:
    """Have the copies of an item that plays made anew. Asking again while it is under way changes nothing.

    Raises NotAllowed without the role, WrongState for an item that does not play: that one is tried again instead.
    """
    with transaction.atomic():
        mine = locked(EvidenceItem.objects).get(pk=item.pk)
        if not policies.can_retry_item(user, mine):
            raise NotAllowed(_("Your role does not include trying this again."))
        if mine.state != ItemState.PLAYABLE:
            raise WrongState(_("Only copies that are there can be made anew."))
        ask_remake(mine, acting_as(user, mine.agency, *policies.RETRIERS).actor)
    return mine


def older_items(*, unplayable: bool = False) -> QuerySet[EvidenceItem]:
    """Items whose copies an earlier generation of recipes made; with `unplayable` also what it made nothing of."""
    states = [ItemState.PLAYABLE, ItemState.UNPLAYABLE] if unplayable else [ItemState.PLAYABLE]
    return EvidenceItem.objects.filter(Q(made_by__lt=GENERATION), state__in=states).order_by("pk")


def remake_older(*, actor: Actor, unplayable: bool = False, limit: int | None = None) -> int:
    """Ask for each of `older_items`, one at a time, so that it can be broken off and repeated. Returns how many."""
    asked = 0
    for pk in older_items(unplayable=unplayable).values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            mine = locked(older_items(unplayable=unplayable)).filter(pk=pk).first()
            asked += mine is not None and ask_remake(mine, actor)
    return asked


def ask_remake(mine: EvidenceItem, actor: Actor) -> bool:
    """Part of the caller's act, which holds the item: have its copies made anew. False if that is asked already."""
    if mine.remake_asked_at is not None:
        return False
    if mine.state == ItemState.UNPLAYABLE:
        ITEM_TRANSITIONS.check(mine.state, ItemState.SEALED)
        mine.state, mine.problem, mine.processed_at = ItemState.SEALED, "", None
    else:
        mine.remake_asked_at = timezone.now()
    mine.attempts, mine.failure_reason = 0, ""
    mine.lease_token = mine.leased_until = None
    mine.save()
    ledger.record("evidence_item.remake_asked", subject_of(mine), actor, made_by=mine.made_by, generation=GENERATION)
    enqueue_after_commit("apps.evidence.tasks.make_next_playable")
    return True
