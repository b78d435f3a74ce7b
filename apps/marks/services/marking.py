"""add_mark, change_mark, remove_mark, restore_mark.

Entries are about the case, not the item: an item's custody is read by its giver, and what staff see in a video is
nothing that a giver or a recipient reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agencies.acting import acting_as
from apps.agencies.models import Case
from apps.cases.policies import WRITERS
from apps.core import text as words
from apps.core.errors import InvalidInput, NotAllowed, NotFound, Stale
from apps.core.locks import locked
from apps.core.once import create_once
from apps.evidence.given_again import cases_of
from apps.evidence.models import EvidenceItem
from apps.evidence.picture_times import count_pictures
from apps.evidence.policies import can_play_item
from apps.evidence.recorded_times import recorded_times
from apps.ledger import services as ledger
from apps.ledger.values import Subject
from apps.marks.models import Mark
from apps.marks.policies import can_change_mark, can_mark_on, can_view_mark

NOTE_MAX = 2000


@dataclass(frozen=True, slots=True)
class MarkWords:
    """What a person says of a mark. Pictures are counted from 0; `out_picture` None marks one moment."""

    in_picture: int
    out_picture: int | None = None
    note: str = ""
    is_starred: bool = False
    work_product: bool = False


def add_mark(*, case: Case, item: EvidenceItem, said: MarkWords, user: User, request_key: UUID | None) -> Mark:
    """Mark a moment or a span of a video; a repeat of the key finds the first one.

    Raises NotFound for an item that is not of the case or not for the person, NotAllowed for somebody who only reads,
    InvalidInput, WrongState and Unavailable as `count_pictures`.
    """
    if not can_mark_on(user, case):
        raise NotAllowed(_("Your role reads cases and changes nothing in them."))
    if not can_play_item(user, item) or case not in cases_of(item):
        raise NotFound(_("There is no such item, or it is not for you."))
    fields = _fields(item, said)
    with transaction.atomic():
        mark, created = create_once(Mark, request_key=request_key, case=case, item=item, author=user, **fields)
        if not created:
            if (mark.case_id, mark.item_id, mark.author_id) != (case.pk, item.pk, user.pk):
                raise NotFound(_("There is no such mark among those of your cases."))
            return mark
        _record("case.mark_added", mark, user)
        return mark


def change_mark(*, mark: Mark, version: int, said: MarkWords, user: User) -> Mark:
    """Say something else of one's own mark; the ledger keeps what was said before. The same again changes nothing.

    Raises NotFound, NotAllowed (somebody else's), Stale if it changed since `version`, and as `add_mark`.
    """
    if not can_change_mark(user, mark):
        raise NotAllowed(_("Only the author changes a mark. Make one of your own."))
    fields = _fields(mark.item, said)
    with transaction.atomic():
        mark = _own(mark, version, user)
        if all(getattr(mark, name) == value for name, value in fields.items()):
            return mark
        for name, value in fields.items():
            setattr(mark, name, value)
        _save(mark, *fields)
        _record("case.mark_changed", mark, user)
        return mark


def remove_mark(*, mark: Mark, version: int, user: User) -> Mark:
    """Take one's own mark out of the list. Raises as `change_mark`."""
    return _move(mark, version, user, "case.mark_removed", removed=True)


def restore_mark(*, mark: Mark, version: int, user: User) -> Mark:
    """Put a mark back that was removed. Raises as `change_mark`."""
    return _move(mark, version, user, "case.mark_restored", removed=False)


def _move(mark: Mark, version: int, user: User, action: str, *, removed: bool) -> Mark:
    with transaction.atomic():
        mark = _own(mark, version, user)
        if (mark.removed_at is not None) == removed:
            return mark
        mark.removed_at = timezone.now() if removed else None
        _save(mark, "removed_at")
        _record(action, mark, user)
        return mark


def _own(mark: Mark, version: int, user: User) -> Mark:
    mark = locked(Mark.objects).select_related("case__agency", "item__agency").get(pk=mark.pk)
    if not can_view_mark(user, mark):
        raise NotFound(_("There is no such mark among those of your cases."))
    if not can_change_mark(user, mark):
        raise NotAllowed(_("Only the author changes a mark. Make one of your own."))
    if mark.version != version:
        raise Stale(_("You changed this mark in another window. Load the page again first."))
    return mark


def _save(mark: Mark, *names: str) -> None:
    mark.version += 1
    mark.save(update_fields=[*names, "version"])


def _fields(item: EvidenceItem, said: MarkWords) -> dict[str, Any]:
    """The columns: what was said, and the times of its pictures as they are known now."""
    note = words.paragraphs(said.note, field="note", most=NOTE_MAX, required=False)
    last = said.in_picture if said.out_picture is None else said.out_picture
    if last < said.in_picture:
        raise InvalidInput.about("out_picture", _("The last picture lies before the first one."))
    counted = count_pictures(item, [said.in_picture, last])
    times = recorded_times([item])[item.pk]
    return {
        "film": counted.film,
        "in_picture": said.in_picture,
        "out_picture": last,
        "in_s": counted.begins[0],
        "out_s": counted.ends[1],
        "true_in": times.true_at(counted.begins[0]),
        "offset_s": times.offset_s,
        "note": note,
        "is_starred": said.is_starred,
        "work_product": said.work_product,
    }


def _record(action: str, mark: Mark, user: User) -> None:
    """The entry, which commits to the note: what was seen when can be proven, and erased."""
    ledger.record(
        action,
        Subject.of("case", mark.case.public_id),
        acting_as(user, mark.case.agency, *WRITERS).actor,
        mark=str(mark.public_id),
        item=str(mark.item.public_id),
        version=mark.version,
        film=mark.film,
        pictures=[mark.in_picture, mark.out_picture],
        starred=mark.is_starred,
        work_product=mark.work_product,
        private={"note": mark.note},
    )
