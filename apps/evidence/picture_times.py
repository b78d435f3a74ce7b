"""The second at which a picture of an item's working copy begins, read from its table of times."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.utils.translation import gettext as _

from apps.core.errors import InvalidInput, Unavailable, WrongState
from apps.evidence.models import Derivative, EvidenceItem
from apps.evidence.presentation import frames_per_second
from apps.evidence.states import DerivativeKind
from apps.evidence.storage import StoreError, derivative_key, store

LARGEST_TABLE = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Counted:
    """Pictures of one film: its digest, and the second at which each of them begins, and the next one does."""

    film: str
    begins: list[float]
    ends: list[float]


def count_pictures(item: EvidenceItem, pictures: Sequence[int]) -> Counted:
    """When these pictures (counted from 0) of the working copy are shown.

    Without a table they are counted by the film's average rate, as the player does. Raises WrongState without a
    working copy, InvalidInput for a picture that it does not have, Unavailable if the store is away.
    """
    made = {one.kind: one for one in item.derivatives.in_use()}
    film = made.get(DerivativeKind.WORKING_COPY)
    if film is None:
        raise WrongState(_("This video does not play yet. Mark it when its working copy is made."))
    if any(picture < 0 for picture in pictures):
        raise no_such_picture()
    table = made.get(DerivativeKind.TIMES)
    if table is None:
        rate = frames_per_second(item)
        longest = float((item.probe or {}).get("duration_s") or 0)
        if any(picture / rate > longest for picture in pictures):
            raise no_such_picture()
        return Counted(film.digest, [one / rate for one in pictures], [(one + 1) / rate for one in pictures])
    begins, ends = _seconds(_read(table), pictures)
    return Counted(film.digest, begins, ends)


def film_times(item: EvidenceItem, film: str = "") -> tuple[str, list[float]]:
    """The digest of the working copy, and the second at which each of its pictures is shown.

    `film` names an earlier working copy, whose table stays as long as the item. Raises WrongState where there is no
    table, Unavailable if the store is away.
    """
    if not film:
        copy = item.derivatives.in_use().filter(kind=DerivativeKind.WORKING_COPY).first()
        film = copy.digest if copy else ""
    for table in item.derivatives.filter(kind=DerivativeKind.TIMES).order_by("-pk"):
        data = _read(table)
        if data.get("film") == film:
            scale, first, runs = _table(data)
            steps = (step for step, count in zip(runs[::2], runs[1::2], strict=True) for _n in range(count))
            return film, [ticks / scale for ticks in accumulate(steps, initial=first)]
    raise WrongState(_("The times of this video's pictures are not known, so boxes cannot follow them."), code="times")


def _read(table: Derivative) -> dict[str, object]:
    try:
        packed = b"".join(store().open_range(derivative_key(table.digest), 0, min(table.size, LARGEST_TABLE)))
        data: dict[str, object] = json.loads(gzip.decompress(packed))
    except (StoreError, OSError, ValueError) as error:
        raise Unavailable(_("The evidence store does not answer. Please try again in a minute.")) from error
    return data


def _table(data: dict[str, object]) -> tuple[int, int, list[int]]:
    scale, first, runs = data["scale"], data["first"], data["runs"]
    if not (isinstance(scale, int) and isinstance(first, int) and isinstance(runs, list)):
        raise Unavailable(_("The evidence store does not answer. Please try again in a minute."))
    return scale, first, runs


def _seconds(data: dict[str, object], pictures: Sequence[int]) -> tuple[list[float], list[float]]:
    scale, ticks, runs = _table(data)
    wanted = {*pictures, *(picture + 1 for picture in pictures)}
    found, at, step = {}, 0, 0
    if 0 in wanted:
        found[0] = ticks / scale
    for step, count in zip(runs[::2], runs[1::2], strict=True):
        for picture in wanted:
            if at < picture <= at + count:
                found[picture] = (ticks + (picture - at) * step) / scale
        at, ticks = at + count, ticks + count * step
    if any(picture > at for picture in pictures):
        raise no_such_picture()
    # The last picture has no next one: it is as long as the one before.
    found.setdefault(at + 1, (ticks + step) / scale)
    return [found[one] for one in pictures], [found[one + 1] for one in pictures]


def no_such_picture() -> InvalidInput:
    """The refusal of a picture that a film does not have."""
    return InvalidInput.about("in_picture", _("The video has no picture of that number."))
