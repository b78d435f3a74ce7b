"""Why an item may not go yet: one table, asked for the item's page, for the list and under the locks of a disposal.

An app above adds a line with `register` when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.disclosure.export_states import LIVE
from apps.disclosure.models import ExportItem
from apps.disclosure.pause import asked_for
from apps.evidence.models import EvidenceItem, GivenAgain
from apps.evidence.services.holds import held
from apps.evidence.states import ItemState, Triage
from apps.footage_requests.states import RequestState
from apps.sharing.selectors import shared_now


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason to keep: its code, its words, and the condition for a query of items."""

    code: str
    words: str | Promise
    applies: Callable[[], Q]


def _asked_for() -> Q:
    return Q(Exists(asked_for(EvidenceItem.objects.filter(pk=OuterRef("pk")))))


def _in_work() -> Q:
    return Q(state=ItemState.RECEIVED) | Q(leased_until__gt=timezone.now())


def _handed_over() -> Q:
    live = ExportItem.objects.filter(item_id=OuterRef("pk"), export__state__in=LIVE)
    return Q(Exists(live))


def _request_open() -> Q:
    again = GivenAgain.objects.filter(item_id=OuterRef("pk"), match__request__state=RequestState.OPEN)
    return Q(submission__invitation__request__state=RequestState.OPEN) | Q(Exists(again))


OBSTACLES: dict[str, Obstacle] = {
    one.code: one
    for one in (
        Obstacle("held", _("on hold"), held),
        Obstacle("asked_for", _("asked for as a public record"), _asked_for),
        Obstacle("handed_over", _("in a package that is asked for, built or ready"), _handed_over),
        Obstacle("shared", _("shared by a grant that is in force"), shared_now),
        Obstacle("untriaged", _("no detective has decided about it"), lambda: Q(triage=Triage.SUBMITTED)),
        Obstacle("in_work", _("not sealed yet, or being worked on"), _in_work),
        Obstacle("request_open", _("its request for footage is open"), _request_open),
    )
}


def register(obstacle: Obstacle) -> None:
    """Add a reason. Raises ValueError for a second one of the same code."""
    if obstacle.code in OBSTACLES:
        raise ValueError(f"There is an obstacle {obstacle.code} already.")
    OBSTACLES[obstacle.code] = obstacle


def free(items: QuerySet[EvidenceItem]) -> QuerySet[EvidenceItem]:
    """Those of the items that nothing keeps."""
    for obstacle in OBSTACLES.values():
        items = items.exclude(pk__in=EvidenceItem.objects.filter(obstacle.applies()).values("pk"))
    return items


def obstacles_of(items: list[EvidenceItem]) -> dict[int, list[str]]:
    """Why each of these items is kept, as codes in the order of the table; a query for each reason."""
    keys = [item.pk for item in items]
    found: dict[int, list[str]] = {key: [] for key in keys}
    for code, obstacle in OBSTACLES.items():
        kept = EvidenceItem.objects.filter(obstacle.applies(), pk__in=keys)
        for key in kept.values_list("pk", flat=True).distinct():
            found[key].append(code)
    return found


def words_of(codes: list[str]) -> list[str]:
    """The reasons for people."""
    return [str(OBSTACLES[code].words) for code in codes if code in OBSTACLES]
