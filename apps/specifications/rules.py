"""The rules that a specification can ask for. Each is about one stated fact of a camera.

A rule is said once, as data: the same row answers for one camera in Python and for all of them in one SQL statement.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.geo.units import to_feet, to_meters
from apps.specifications.answers import Clock, Premises

# What is not known: null in numbers and answers, empty in choices.
UNKNOWN = (None, "")
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"lt": operator.lt, "gt": operator.gt, "exact": operator.eq}


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that can be asked of a camera.

    `fact` is the stated column; the camera misses the rule where `fact` compares so with the check's value, or with
    `wrong` where the rule takes none. `question` asks the owner for a fact that nobody stated. Where `if_unknown` says
    in words that the fact is not known, the camera is judged with care: as if it missed the rule.
    Lengths are kept in meters. People read and write them in feet (`is_length`).
    """

    key: str
    fact: str
    missed_by: str
    label: str | Promise
    wrong: Any = None
    unit: str | Promise = ""
    question: str | Promise = ""
    if_unknown: str | Promise = ""
    is_length: bool = False

    @property
    def has_value(self) -> bool:
        """Whether a check of this rule needs a number."""
        return self.wrong is None

    @property
    def may_be_unknown(self) -> bool:
        """Whether a camera may be registered without this fact."""
        return bool(self.question)

    def shown(self, value: float) -> float:
        """A check's value in the rule's `unit`, as people read and write it."""
        number = to_feet(value) if self.is_length else value
        return int(number) if float(number).is_integer() else number

    def kept(self, shown: float) -> float:
        """The value of a check that people wrote in the rule's `unit`."""
        number = to_meters(shown) if self.is_length else shown
        return int(number) if float(number).is_integer() else number

    def misses(self, facts: Mapping[str, Any], value: float | None) -> bool | None:
        """Whether these facts miss the rule; None where the fact was not stated and the rule leaves that open."""
        if self.lacks(facts):
            return True if self.if_unknown else None
        stated = facts[self.fact]
        return _COMPARISONS[self.missed_by](stated, self._limit(value))

    def lacks(self, facts: Mapping[str, Any]) -> bool:
        """Whether nobody stated the fact."""
        return facts[self.fact] in UNKNOWN

    def missed(self, value: float | None, columns: Mapping[str, str]) -> Q:
        """The cameras that miss the rule, in SQL: for each camera the same answer as `misses`.

        `columns` names the column of each fact.
        """
        column = columns[self.fact]
        missed = Q(**{f"{column}__{self.missed_by}": self._limit(value)})
        return missed | Q(**{f"{column}__isnull": True}) if self.if_unknown else missed

    def _limit(self, value: float | None) -> Any:
        return value if self.has_value else self.wrong


_RULES = (
    Rule("min_retention_hours", "retention_hours", "lt", _("Keeps video for at least"), unit=_("hours")),
    Rule(
        "min_picture_height",
        "picture_height",
        "lt",
        _("Picture is at least this high"),
        unit=_("pixels"),
        question=_("How high is the picture, in pixels? It is often printed on the box, for instance 1080."),
    ),
    Rule(
        "min_frame_rate",
        "frame_rate",
        "lt",
        _("Takes at least"),
        unit=_("pictures a second"),
        question=_("How many pictures a second does the camera take?"),
    ),
    Rule(
        "clock_sets_itself",
        "clock",
        "exact",
        _("Its clock sets itself"),
        wrong=Clock.BY_HAND,
        question=_("Does the clock of the recorder set itself?"),
    ),
    Rule(
        "night_view",
        "night_view",
        "exact",
        _("Sees at night"),
        wrong=False,
        question=_("Does the camera see at night?"),
    ),
    # s. 934.03, F.S.: all parties consent to a recording of speech, so a camera with sound is worth a warning.
    Rule(
        "records_sound",
        "records_sound",
        "exact",
        _("Records no sound"),
        wrong=True,
        question=_("Does the camera record sound?"),
        if_unknown=_("It is not known whether the camera records sound."),
    ),
    Rule(
        "sign_posted",
        "sign_posted",
        "exact",
        _("A sign is posted"),
        wrong=False,
        question=_("Does a sign say that there is a camera?"),
    ),
    Rule(
        "keeps_off_private",
        "keeps_off_private",
        "exact",
        _("Its view keeps off neighbors' windows and private yards"),
        wrong=False,
        question=_("Does the view keep off neighbors' windows and private yards?"),
    ),
    Rule(
        "owner_permits",
        "premises",
        "exact",
        _("Where the registrant rents, the owner permits it"),
        wrong=Premises.NOT_PERMITTED,
        question=_("Is the place your own, or do you rent it with the owner's permission?"),
    ),
    Rule("min_field_of_view", "field_of_view", "lt", _("Field of view is at least"), unit=_("degrees")),
    Rule("max_field_of_view", "field_of_view", "gt", _("Field of view is at most"), unit=_("degrees")),
    Rule("max_range_m", "range_m", "gt", _("Range is at most"), unit=_("feet"), is_length=True),
)
RULES: dict[str, Rule] = {rule.key: rule for rule in _RULES}
FACTS: tuple[str, ...] = tuple(dict.fromkeys(rule.fact for rule in _RULES))
