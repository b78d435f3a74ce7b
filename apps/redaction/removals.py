"""The log of a redaction: every removal with its ground, for whoever answers a records request with the copy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.errors import NotAllowed
from apps.evidence.picture_times import film_times
from apps.evidence.policies import can_play_item
from apps.imports.exporting import csv_lines
from apps.ledger import services as ledger
from apps.media.boxes import spans_of
from apps.redaction.models import Redaction
from apps.redaction.plan import Ground, RedactionPlan
from apps.redaction.selectors import newest_plan
from apps.redaction.services.guard import actor_of, subject_of


def take_log(*, redaction: Redaction, user: User) -> Iterator[bytes]:
    """Record that the person takes the log, and return it as CSV: a line for each span of pictures that is covered.

    Raises NotAllowed without a role that plays the film, WrongState and Unavailable as `film_times`.
    """
    if not can_play_item(user, redaction.item):
        raise NotAllowed(_("Your role does not include this."), code="role")
    newest = newest_plan(redaction)
    _film, times = film_times(redaction.item, redaction.film)
    rows = _rows(newest.plan(), redaction.pictures, times)
    with transaction.atomic():
        actor = actor_of(user, redaction)
        ledger.record(
            "redaction.log_taken", subject_of(redaction), actor, number=newest.number, digest=newest.digest, form="csv"
        )
    return csv_lines([_columns(), *rows])


def log_for_recipients(redaction: Redaction) -> bytes:
    """The log as CSV for whom the copy is given to: without what the author typed, which may name somebody.

    Raises as `film_times`.
    """
    return b"".join(csv_lines([line[1:] for line in [_columns(), *_lines(redaction)]]))


@dataclass(frozen=True, slots=True)
class Removal:
    """One span that is taken out; `begins` and `ends` in seconds of the film."""

    statute: str
    kind: str
    begins: str
    ends: str


def removals_for_recipients(redaction: Redaction) -> list[Removal]:
    """The same for a page. Raises as `film_times`."""
    return [Removal(line[1], line[2], line[5], line[6]) for line in _lines(redaction)]


def _lines(redaction: Redaction) -> list[list[str]]:
    _film, times = film_times(redaction.item, redaction.film)
    return _rows(newest_plan(redaction).plan(), redaction.pictures, times)


def _columns() -> list[str]:
    seconds = [_("From second"), _("Until the picture at second")]
    return [_("What is taken out"), _("Statute"), _("Kind"), _("First picture"), _("Last picture"), *seconds]


def _rows(plan: RedactionPlan, pictures: int, times: list[float]) -> list[list[str]]:
    found = []
    for region in plan.regions:
        for first, last in spans_of(region.frames, pictures):
            found.append(_row(region.ground, _("picture"), first, last, times))
    return found + [_row(one.ground, _("sound"), one.first, one.last, times) for one in plan.mutes]


def _row(ground: Ground, kind: str, first: int, last: int, times: list[float]) -> list[str]:
    seconds = [f"{times[one]:.3f}" for one in (first, last)]
    return [ground.what, ground.citation, kind, str(first + 1), str(last + 1), *seconds]
