"""The editor of a specification: for each rule the checks that it may have, as forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.core.errors import InvalidInput
from apps.specifications.checks import LEVELS, VALUE_MAX, WORDS_MAX, Check
from apps.specifications.first import read_checks
from apps.specifications.rules import RULES, Rule
from apps.specifications.states import ConformanceOutcome

_LEVEL_WORDS = {ConformanceOutcome.WARN: _("It warns"), ConformanceOutcome.FAIL: _("It fails")}


class CheckForm(forms.Form):
    """One check: whether it is asked, its limit, and what the owner reads in each language."""

    def __init__(
        self, rule: Rule, level: str, data: Mapping[str, Any] | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        """`level` is the check's own, or empty where the manager chooses it (rules without a number)."""
        super().__init__(data, prefix=f"{rule.key}-{level or 'any'}", initial=initial)
        self.rule = rule
        levels = [(one, _LEVEL_WORDS[one]) for one in LEVELS if level in ("", one)]
        self.fields["level"] = forms.ChoiceField(
            label=_("If a camera misses it"), choices=[("", _("It is not asked")), *levels], required=False
        )
        if rule.has_value:
            self.fields["value"] = forms.FloatField(
                label=_("Limit"),
                required=False,
                min_value=0,
                max_value=VALUE_MAX,
                widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
            )
        for code, _name in settings.LANGUAGES:
            for part, label in (("words", _("What was found")), ("advice", _("What to do"))):
                self.fields[f"{part}_{code}"] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=WORDS_MAX,
                    widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
                )

    def clean(self) -> dict[str, Any]:
        """A check that is asked needs its limit, and its words in every language."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("level"):
            for name in self.fields:
                if name not in self.errors and cleaned.get(name) in (None, ""):
                    self.add_error(name, _("Please fill this in."))
        return cleaned

    def check(self) -> Check | None:
        """The check as the specification keeps it; None where it is not asked. After `is_valid`."""
        said = self.cleaned_data
        if not said["level"]:
            return None
        codes = [code for code, _name in settings.LANGUAGES]
        check: Check = {"rule": self.rule.key, "level": said["level"]}
        if self.rule.has_value:
            check["value"] = self.rule.kept(said["value"])
        check["words"] = {code: said[f"words_{code}"] for code in codes}
        check["advice"] = {code: said[f"advice_{code}"] for code in codes}
        return check

    @property
    def is_asked(self) -> bool:
        """Whether the check is on, as the form stands."""
        return bool(self["level"].value())

    def words(self) -> list[dict[str, Any]]:
        """The fields of words by language, for the page: {name, code, fields}."""
        return [
            {"code": code, "name": name, "fields": [self[f"words_{code}"], self[f"advice_{code}"]]}
            for code, name in settings.LANGUAGES
        ]


@dataclass(frozen=True, slots=True)
class RuleRows:
    """A rule with the forms of its checks: with a limit, one that fails and one that warns."""

    rule: Rule
    forms: list[CheckForm]


def rows_for(checks: list[Check], data: Mapping[str, Any] | None = None) -> list[RuleRows]:
    """A row for each rule that there is; what is not asked stands ready in the words that a city starts with."""
    asked = {(check["rule"], check["level"]): check for check in checks}
    ready = {(check["rule"], check["level"]): check for check in read_checks()}
    rows = []
    for rule in RULES.values():
        levels = list(LEVELS) if rule.has_value else [""]
        made = []
        for level in levels:
            wanted = [level] if level else list(LEVELS)
            present = next((asked[rule.key, one] for one in wanted if (rule.key, one) in asked), None)
            model = present or next((ready[rule.key, one] for one in wanted if (rule.key, one) in ready), None)
            made.append(CheckForm(rule, level, data, initial=_initial(rule, model, is_asked=present is not None)))
        rows.append(RuleRows(rule, made))
    return rows


def checks_in(rows: list[RuleRows]) -> list[Check] | None:
    """The checks that the manager wrote, or None where a form has something wrong, which it then says."""
    forms_of_all = [form for row in rows for form in row.forms]
    wrong = [form for form in forms_of_all if not form.is_valid()]
    if wrong:
        return None
    return [check for form in forms_of_all if (check := form.check()) is not None]


def refuse(rows: list[RuleRows], error: InvalidInput) -> None:
    """Show what the service refused beside the rule that it names."""
    for row in rows:
        if row.rule.key in error.fields:
            row.forms[-1].add_error("level", str(error.fields[row.rule.key]))


def _initial(rule: Rule, check: Check | None, *, is_asked: bool) -> dict[str, Any]:
    if check is None:
        return {}
    initial: dict[str, Any] = {"level": check["level"] if is_asked else ""}
    if rule.has_value:
        initial["value"] = rule.shown(check["value"])
    for code, _name in settings.LANGUAGES:
        initial[f"words_{code}"] = check["words"].get(code, "")
        initial[f"advice_{code}"] = (check.get("advice") or {}).get(code, "")
    return initial
