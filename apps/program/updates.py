"""Reads of quarterly updates: what staff see, and what everybody reads."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.program.models import QuarterlyUpdate
from apps.program.policies import can_read_program
from apps.program.publishing import PublicFigure
from apps.program.quarters import Quarter
from apps.program.states import UpdateState


@dataclass(frozen=True, slots=True)
class ShownUpdate:
    """An update in one language: figures with their notes, and the words around them."""

    update: QuarterlyUpdate
    quarter: Quarter
    language: str
    intro: str
    changes: str
    figures: list[PublicFigure]
    notes: dict[str, str]

    @property
    def lines(self) -> list[tuple[PublicFigure, str]]:
        """Each figure with its note; a note stands with the measure, not with its parts."""
        return [(one, "" if one.part else self.notes.get(one.measure.key, "")) for one in self.figures]


def viewable_updates(user: Person) -> QuerySet[QuarterlyUpdate]:
    """All of them, for who reads the dashboard."""
    return QuarterlyUpdate.objects.all() if can_read_program(user) else QuarterlyUpdate.objects.none()


def can_view_update(user: Person, update: QuarterlyUpdate) -> bool:
    return can_read_program(user)


def get_update_for(user: Person, public_id: UUID) -> QuarterlyUpdate:
    """The update, for who reads the dashboard. Raises NotFound."""
    found = viewable_updates(user).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such update, or it is not for you."))
    return found


def published_quarters() -> list[Quarter]:
    """The quarters that have a published update, the newest first."""
    rows = _published().order_by("-year", "-quarter").values_list("year", "quarter").distinct()
    return [Quarter(year, number) for year, number in rows]


def newest_update() -> QuarterlyUpdate | None:
    """The last version of the newest published quarter."""
    return _published().order_by("-year", "-quarter", "-number").first()


def get_published(slug: str, number: int | None = None) -> QuarterlyUpdate:
    """A published update by its quarter as addresses have it, and its number or the last. Raises NotFound."""
    quarter = next((one for one in published_quarters() if one.slug == slug), None)
    rows = _published().filter(year=quarter.year, quarter=quarter.number) if quarter else _published().none()
    found = (rows.filter(number=number) if number else rows).order_by("-number").first()
    if found is None:
        raise NotFound(_("There is no such update."))
    return found


def versions_of(update: QuarterlyUpdate) -> list[QuarterlyUpdate]:
    """All published versions of the update's quarter, the newest first."""
    return list(_published().filter(year=update.year, quarter=update.quarter).order_by("-number"))


def is_newest_version(update: QuarterlyUpdate) -> bool:
    """Whether no correction followed it."""
    of_quarter = _published().filter(year=update.year, quarter=update.quarter)
    return bool(of_quarter.aggregate(last=Max("number"))["last"] == update.number)


def shown(update: QuarterlyUpdate, language: str) -> ShownUpdate:
    """The update in this language; what has no words in it is shown in the first language that has some."""
    figures = [figure for kept in update.figures if (figure := PublicFigure.from_json(kept)) is not None]
    notes = {key: said for key, words in update.notes.items() if (said := _said(words, language))}
    return ShownUpdate(
        update=update,
        quarter=Quarter(update.year, update.quarter),
        language=language,
        intro=_said(update.intro, language),
        changes=_said(update.changes, language),
        figures=figures,
        notes=notes,
    )


def _said(words: dict[str, str], language: str) -> str:
    return words.get(language) or next((said for said in words.values() if said), "")


def _published() -> QuerySet[QuarterlyUpdate]:
    return QuarterlyUpdate.objects.filter(state=UpdateState.PUBLISHED)
