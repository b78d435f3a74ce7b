"""add_later_items: what was accepted in the case since goes into a live folder, with the time at which it was given."""

from __future__ import annotations

from django.db import transaction

from apps.core.locks import locked
from apps.evidence.models import EvidenceItem
from apps.ledger.values import Actor
from apps.sharing.models import Grant, GrantItem
from apps.sharing.scope import covered_by
from apps.sharing.selectors import items_to_give
from apps.sharing.services.giving import add_items
from apps.sharing.validity import in_force

AT_ONCE = 50
WORKER = Actor.system("worker")


def add_later_items(*, grant_pk: int) -> int:
    """Add what is accepted by now and covered by the agreement; says how much. Again, it adds nothing twice.

    A folder that ended, or was revoked, meanwhile gets nothing.
    """
    with transaction.atomic():
        list(locked(Grant.objects).filter(pk=grant_pk))
        rows = Grant.objects.filter(in_force(), pk=grant_pk, later_items=True)
        grant = rows.select_related("case", "agency", "agreement__to_agency").first()
        if grant is None:
            return 0
        there = GrantItem.objects.filter(grant=grant).values("item")
        new = items_to_give(grant.case).filter(covered_by(grant.agreement)).exclude(pk__in=there)
        keys = list(new.values_list("pk", flat=True)[:AT_ONCE])
        list(locked(EvidenceItem.objects).filter(pk__in=keys))
        items = list(new.filter(pk__in=keys))
        add_items(grant, items, WORKER)
        return len(items)
