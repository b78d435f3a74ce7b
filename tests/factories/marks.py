"""Marks in the videos of cases."""

from __future__ import annotations

from uuid import uuid4

from apps.accounts.models import User
from apps.evidence.models import EvidenceItem
from apps.marks.models import Mark
from apps.marks.services import MarkWords, add_mark


def mark_on(
    item: EvidenceItem,
    author: User,
    note: str = "The gray car turns left.",
    *,
    pictures: tuple[int, int | None] = (10, None),
    work_product: bool = False,
    is_starred: bool = False,
) -> Mark:
    """A mark of this author in a playable item of its first case."""
    return add_mark(
        case=item.submission.case,
        item=item,
        said=MarkWords(pictures[0], pictures[1], note, is_starred=is_starred, work_product=work_product),
        user=author,
        request_key=uuid4(),
    )
