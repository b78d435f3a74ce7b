"""What a review's page shows: each row with what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from apps.access.models import Purpose
from apps.findings.models import Finding
from apps.lists.models import ListExport
from apps.reviews.models import Review, ReviewRow
from apps.reviews.states import SETTLED, RowKind


@dataclass(frozen=True, slots=True)
class Seen:
    """A row and the thing behind it."""

    row: ReviewRow
    look: Purpose | None = None
    export: ListExport | None = None
    finding: Finding | None = None


def rows_with_subjects(review: Review) -> list[Seen]:
    """The rows in the order drawn; five queries whatever their number."""
    rows = list(review.rows.select_related("person", "marked_by", "review__agency").order_by("pk"))
    ids = {kind: [row.subject_id for row in rows if row.kind == kind] for kind in RowKind}
    looks = Purpose.objects.select_related("case", "call").in_bulk(ids[RowKind.LOOK], field_name="public_id")
    exports = ListExport.objects.in_bulk(ids[RowKind.EXPORT], field_name="public_id")
    findings = Finding.objects.in_bulk(ids[RowKind.FINDING], field_name="public_id")
    return [
        Seen(row, looks.get(row.subject_id), exports.get(row.subject_id), findings.get(row.subject_id)) for row in rows
    ]


def with_progress(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Each with how many rows it has and how many are settled."""
    return reviews.select_related("agency").annotate(
        of=Count("rows"), settled=Count("rows", filter=Q(rows__mark__in=SETTLED))
    )


def unsigned(reviews: QuerySet[Review], *, only_overdue: bool) -> list[Review]:
    """Those that wait for the auditor, the oldest first."""
    waiting = with_progress(reviews.filter(signed_at__isnull=True))
    if only_overdue:
        waiting = waiting.filter(due_at__lt=timezone.now())
    return list(waiting.order_by("due_at", "pk")[:8])
