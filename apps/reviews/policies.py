"""Who sees weekly reviews, who marks their rows, and who signs."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.agencies.models import Role
from apps.agencies.policies import Person, agencies_of, grants_in_force, has_role, serves_as
from apps.reviews.models import Review, ReviewRow

READERS = (Role.AUDITOR, Role.PROGRAM_MANAGER)


def viewable_reviews(user: Person) -> QuerySet[Review]:
    """Auditors and program managers see those of their agencies."""
    if not serves_as(user, *READERS):
        return Review.objects.none()
    return Review.objects.filter(agency__in=agencies_of(user, *READERS))


def can_view_review(user: Person, review: Review) -> bool:
    return has_role(user, review.agency, *READERS)


def viewable_rows(user: Person) -> QuerySet[ReviewRow]:
    """The rows of the reviews that the person sees."""
    if not serves_as(user, *READERS):
        return ReviewRow.objects.none()
    return ReviewRow.objects.filter(review__in=viewable_reviews(user))


def can_view_row(user: Person, row: ReviewRow) -> bool:
    return can_view_review(user, row.review)


def can_mark(user: Person, row: ReviewRow) -> bool:
    """An auditor of the agency, never about themselves; a program manager where the row is about an auditor."""
    if row.review.signed_at is not None or not isinstance(user, User) or row.person_id == user.pk:
        return False
    if has_role(user, row.review.agency, Role.AUDITOR):
        return True
    if row.person_id is None or not has_role(user, row.review.agency, Role.PROGRAM_MANAGER):
        return False
    return grants_in_force().filter(user_id=row.person_id, agency=row.review.agency, role=Role.AUDITOR).exists()


def can_sign(user: Person, review: Review) -> bool:
    return review.signed_at is None and has_role(user, review.agency, Role.AUDITOR)
