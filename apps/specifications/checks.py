"""The checks of a specification: what a camera says to them, and what its owner reads about that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core import text
from apps.core.errors import InvalidInput
from apps.specifications.rules import RULES
from apps.specifications.states import ConformanceOutcome

Check = dict[str, Any]
LEVELS = (ConformanceOutcome.WARN, ConformanceOutcome.FAIL)
# Not a level of a check: the fact was not stated. It is neither a pass nor a failure of the check, and never makes a
# camera's outcome worse: silence is no wrong answer. The owner is asked.
ASK = "ask"
WORDS_MAX = 600
VALUE_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that the camera does not meet, or whose fact is not known, as its owner reads it.

    `level` is warn, fail or ask; `words` says what was found, `advice` what to do about it (may be empty).
    """

    rule: str
    level: str
    words: str
    advice: str


def findings(facts: Mapping[str, Any], checks: list[Check]) -> list[dict[str, str]]:
    """What the facts of a camera say to the checks, as {rule, level}, in the order of the specification.

    `unknown` is there too where the camera misses a check because nobody stated the fact.

    A specification may ask one rule twice, with a limit that fails and one that warns: a failure hides the warning.
    A fact that nobody stated is level `ask`, once for each rule.
    """
    found: list[dict[str, str]] = []
    for check in checks:
        rule = RULES[check["rule"]]
        missed = rule.misses(facts, check.get("value"))
        if missed or (missed is None and rule.may_be_unknown):
            reason = {"rule": check["rule"], "level": check["level"] if missed else ASK}
            found.append(reason | ({"unknown": "yes"} if missed and rule.lacks(facts) else {}))
    if not found:
        return found
    failed = {reason["rule"] for reason in found if reason["level"] == ConformanceOutcome.FAIL}
    kept = [one for one in found if one["level"] == ConformanceOutcome.FAIL or one["rule"] not in failed]
    return [one for index, one in enumerate(kept) if one not in kept[:index]]


def outcome_of(reasons: Iterable[Mapping[str, str]]) -> ConformanceOutcome:
    """The worst level among the findings; without one, or with open questions alone, the camera passes."""
    levels = {reason["level"] for reason in reasons}
    for level in (ConformanceOutcome.FAIL, ConformanceOutcome.WARN):
        if level in levels:
            return level
    return ConformanceOutcome.PASS


def missed_at(level: str, checks: list[Check], columns: Mapping[str, str]) -> Q:
    """The cameras that miss a check of this level, in SQL; none where no check has it. `columns` is as in `Rule`."""
    missed = Q(pk__in=())
    for check in checks:
        if check["level"] == level:
            missed |= RULES[check["rule"]].missed(check.get("value"), columns)
    return missed


def in_words(reasons: Iterable[Mapping[str, str]], checks: list[Check], language: str) -> list[Finding]:
    """The findings in the sentences of the specification, in this language or in the portal's own; worst first."""
    by_check = {(check["rule"], check["level"]): check for check in checks}
    found = []
    for reason in reasons:
        rule, level = reason["rule"], reason["level"]
        if level == ASK or "unknown" in reason:
            with translation.override(language):
                words = RULES[rule].question if level == ASK else RULES[rule].if_unknown
                found.append(Finding(rule, level, str(words), _("You have not said. Please tell us.")))
        else:
            check = by_check[rule, level]
            found.append(Finding(rule, level, _in(check["words"], language), _in(check.get("advice") or {}, language)))
    order = (ConformanceOutcome.FAIL, ConformanceOutcome.WARN, ASK)
    return sorted(found, key=lambda one: order.index(one.level))


def check_list(raw: Any) -> list[Check]:
    """Checked copies of a specification's checks, in the order of the rules.

    Raises InvalidInput for an unknown rule, level, value or language, and for limits that contradict each other.
    """
    if not isinstance(raw, list) or not raw:
        raise _refusal(_("A specification is a list of checks."))
    checked = [_checked(check) for check in raw]
    if len({(check["rule"], check["level"]) for check in checked}) < len(checked):
        raise _refusal(_("The specification asks the same rule twice at one level."))
    _check_limits(checked)
    return checked


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get(settings.LANGUAGE_CODE, "")


def _checked(check: Any) -> Check:
    if not isinstance(check, Mapping) or str(check.get("rule")) not in RULES:
        raise _refusal(_("The specification names a rule that the portal does not know."))
    if str(check.get("level")) not in LEVELS:
        raise _refusal(_("A check either warns or fails."))
    rule = RULES[str(check["rule"])]
    cleaned: Check = {"rule": rule.key, "level": str(check["level"])}
    if rule.has_value:
        cleaned["value"] = _number(check.get("value"), rule.key)
    cleaned["words"] = _in_each_language(check.get("words"), rule.key)
    # What to do may be missing in files of earlier versions; where it is given, it is given to everybody.
    if check.get("advice"):
        cleaned["advice"] = _in_each_language(check["advice"], rule.key)
    return cleaned


def _number(value: Any, rule: str) -> int | float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= VALUE_MAX:
        raise _refusal(_("This check needs a number."), rule)
    return value


def _in_each_language(words: Any, rule: str) -> dict[str, str]:
    codes = [code for code, _name in settings.LANGUAGES]
    if not isinstance(words, Mapping) or any(not isinstance(words.get(code), str) for code in codes):
        raise _refusal(_("Each check needs its words in every language of the portal."), rule)
    said = {code: text.line(words[code], field="checks", most=WORDS_MAX, required=False) for code in codes}
    if not all(said.values()):
        raise _refusal(_("Each check needs its words in every language of the portal."), rule)
    return said


def _check_limits(checks: list[Check]) -> None:
    """A limit that fails does not lie before the one that warns, or the warning could never be given."""
    value = {(check["rule"], check["level"]): check["value"] for check in checks if "value" in check}
    for (rule, level), fails in value.items():
        warns = value.get((rule, ConformanceOutcome.WARN))
        if level != ConformanceOutcome.FAIL or warns is None:
            continue
        if (fails > warns) if RULES[rule].missed_by == "lt" else (fails < warns):
            raise _refusal(_("The limit that fails must not be stricter than the one that warns."), rule)
    for level in LEVELS:
        least, most = value.get(("min_field_of_view", level)), value.get(("max_field_of_view", level))
        if least is not None and most is not None and least >= most:
            raise _refusal(
                _("No camera can meet this: the least field of view is above the most."), "max_field_of_view"
            )


def _refusal(sentence: str, rule: str = "") -> InvalidInput:
    """`fields` names the rule where one is at fault: the editor shows the sentence beside it."""
    return InvalidInput(sentence, fields={"checks": sentence, **({rule: sentence} if rule else {})})
