"""Who reads and writes marks: staff who play the footage of the case. Givers and recipients never see one."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.agencies.models import Case
from apps.agencies.policies import Person, has_role, viewable_cases
from apps.cases.policies import can_write_on
from apps.evidence.policies import PLAYERS, can_play_item, open_to
from apps.marks.models import Mark


def viewable_marks(user: Person) -> QuerySet[Mark]:
    """Marks on cases that the person may see, work product among them; none on an item that a restriction hides."""
    cases = viewable_cases(user)
    if cases.query.is_empty() or not isinstance(user, User):
        return Mark.objects.none()
    return Mark.objects.filter(open_to(user, "item__"), case__in=cases)


def can_view_mark(user: Person, mark: Mark) -> bool:
    """Whether the mark is one of `viewable_marks(user)`."""
    return viewable_marks(user).filter(pk=mark.pk).exists()


def can_mark_on(user: Person, case: Case) -> bool:
    """Whether the person may mark videos of this case that they may play."""
    return can_write_on(user, case) and has_role(user, case.agency, *PLAYERS)


def can_change_mark(user: Person, mark: Mark) -> bool:
    """Only its author, while the role lasts and the video may be opened."""
    return mark.author_id == user.pk and can_mark_on(user, mark.case) and can_play_item(user, mark.item)
