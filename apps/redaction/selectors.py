"""Reads of redactions."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.evidence.models import EvidenceItem
from apps.redaction.models import PlanVersion, Redaction
from apps.redaction.plan import RedactionPlan
from apps.redaction.policies import viewable_redactions


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


def newest_plan(redaction: Redaction) -> PlanVersion:
    """The plan that its version names."""
    found = PlanVersion.objects.get(redaction=redaction, number=redaction.version)
    found.redaction = redaction
    return found


def plan_of(redaction: Redaction) -> RedactionPlan:
    """What it takes out now."""
    return newest_plan(redaction).plan()
