"""Reads of redactions."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.agencies.policies import Person, agencies_of
from apps.core.errors import NotFound, WrongState
from apps.evidence.models import EvidenceItem
from apps.evidence.picture_times import film_times
from apps.evidence.policies import NEVER_OPENED
from apps.evidence.states import DerivativeKind
from apps.media.facts import ProbeFacts
from apps.media.redacted import picture_size
from apps.redaction.models import PlanVersion, Redaction
from apps.redaction.plan import RedactionPlan
from apps.redaction.policies import SECOND_READERS, viewable_redactions
from apps.redaction.states import RedactionState


def get_redaction_for(user: Person, public_id: UUID | str) -> Redaction:
    """The redaction, if the person may see it. Raises NotFound."""
    rows = viewable_redactions(user).select_related(
        "item__agency", "item__submission__case", "case__agency", "author", "reader", "made"
    )
    try:
        found = rows.filter(public_id=public_id).first()
    except ValidationError:
        found = None
    if found is None:
        raise NotFound(_("There is no such redaction, or it is not for you."))
    return found


def redactions_of(user: Person, items: Iterable[EvidenceItem]) -> QuerySet[Redaction]:
    """Those of these items, the newest first."""
    rows = viewable_redactions(user).filter(item__in=[item.pk for item in items])
    return rows.select_related("author", "reader", "made").order_by("-pk")


def waiting_redactions(user: Person) -> QuerySet[Redaction]:
    """What waits for this person: to be read by them, the longest first, and their own that came back or failed."""
    reads = agencies_of(user, *SECOND_READERS)
    to_read = Q(state=RedactionState.SUBMITTED, item__agency__in=reads) & ~Q(author=user)
    came_back = Q(state__in=(RedactionState.RETURNED, RedactionState.FAILED), author=user)
    rows = viewable_redactions(user).filter(to_read | came_back).exclude(item__state__in=NEVER_OPENED)
    return rows.select_related("case", "author").order_by("submitted_at", "pk")


def plays_over(redaction: Redaction) -> bool:
    """Whether the film that plays now has the pictures in which it was drawn.

    A working copy that was made anew has them if it is as large and each of its pictures has the same time: then a box
    lies over what it was drawn over. Raises Unavailable if the store is away.
    """
    copy = redaction.item.derivatives.in_use().filter(kind=DerivativeKind.WORKING_COPY).first()
    if copy is None or copy.digest == redaction.film:
        return copy is not None
    if picture_size(ProbeFacts.from_json(redaction.item.probe)) != (redaction.width, redaction.height):
        return False
    try:
        return film_times(redaction.item, redaction.film)[1] == film_times(redaction.item)[1]
    except WrongState:
        return False


def newest_plan(redaction: Redaction) -> PlanVersion:
    """The plan that its version names."""
    found = PlanVersion.objects.get(redaction=redaction, number=redaction.version)
    found.redaction = redaction
    return found


def plan_of(redaction: Redaction) -> RedactionPlan:
    """What it takes out now."""
    return newest_plan(redaction).plan()
