"""A file that serves more than one request: for what it was given, and to which cases it belongs."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, Q, QuerySet

from apps.access.delays import Delays, delays_of
from apps.agencies.models import Case
from apps.evidence.models import EvidenceItem, GivenAgain


def of_case(case: Case) -> Q:
    """The condition of the items that belong to a case: given for one of its requests, first or again.

    A union of two short lists: an OR would look at every item that there is.
    """
    first = EvidenceItem.objects.filter(submission__case=case).order_by().values("pk")
    again = GivenAgain.objects.filter(match__request__case=case).order_by().values("item_id")
    return Q(pk__in=first.union(again))


def given_again_to_each() -> QuerySet[EvidenceItem]:
    """Of a case in a query around this one: the items that belong to it, and were given first for another."""
    again = GivenAgain.objects.filter(match__request__case=OuterRef(OuterRef("pk"))).values("item_id")
    return EvidenceItem.objects.filter(pk__in=again).exclude(submission__case=OuterRef("pk"))


def cases_of(item: EvidenceItem) -> list[Case]:
    """The cases to which the item belongs, the one for which it was given first before the others."""
    again = Case.objects.filter(pk__in=GivenAgain.objects.filter(item=item).values("match__request__case"))
    return [item.submission.case, *again.exclude(pk=item.submission.case_id).order_by("pk")]


def delays_for(items: Iterable[EvidenceItem]) -> Delays:
    """The delays of telling of all cases to which these items belong."""
    items = list(items)
    again = GivenAgain.objects.filter(item__in=[item.pk for item in items])
    others = again.values_list("match__request__case", flat=True)
    return delays_of({item.submission.case_id for item in items}.union(others))
