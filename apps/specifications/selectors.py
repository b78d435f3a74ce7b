"""Reads of the specification's versions, and what changed between two of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from apps.agencies.policies import Person
from apps.core.errors import NotFound
from apps.geo.units import length_in_words
from apps.specifications import policies
from apps.specifications.checks import LEVELS, Check
from apps.specifications.models import Specification
from apps.specifications.rules import RULES, Rule
from apps.specifications.states import SpecificationState


@dataclass(frozen=True, slots=True)
class Change:
    """One check that differs between two versions. `before` or `after` is None where the check is not asked there."""

    rule: Rule
    level: str
    before: Check | None
    after: Check | None

    @property
    def limit_before(self) -> str:
        """The number of the version before, as people read it; empty for a rule without one."""
        return limit_in_words(self.rule, self.before)

    @property
    def limit_after(self) -> str:
        """The number of the version after."""
        return limit_in_words(self.rule, self.after)

    @property
    def limit_differs(self) -> bool:
        """Whether the number changed; otherwise it is the words, or the whole check."""
        return bool(self.before and self.after and self.before.get("value") != self.after.get("value"))


def limit_in_words(rule: Rule, check: Check | None) -> str:
    """A check's number with its unit, as people read it; empty for a rule without one."""
    if not check or not rule.has_value:
        return ""
    return length_in_words(check["value"]) if rule.is_length else f"{rule.shown(check['value'])} {rule.unit}"


def changes_between(before: list[Check], after: list[Check]) -> list[Change]:
    """The checks that differ, in the order of the rules."""
    one = {(check["rule"], check["level"]): check for check in before}
    other = {(check["rule"], check["level"]): check for check in after}
    return [
        Change(rule, level, one.get((rule.key, level)), other.get((rule.key, level)))
        for rule in RULES.values()
        for level in LEVELS
        if one.get((rule.key, level)) != other.get((rule.key, level))
    ]


def specification_in_force() -> Specification | None:
    """What cameras are judged against; None before the first one."""
    return Specification.objects.filter(state=SpecificationState.IN_FORCE).first()


def get_specification_for(user: Person, public_id: UUID) -> Specification:
    """The version, if the person may see it. Raises NotFound otherwise."""
    found = policies.viewable_specifications(user).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(_("There is no such specification."))
    return found


def get_draft_for(user: Person) -> Specification | None:
    """The draft, if there is one that the person may see."""
    return policies.viewable_specifications(user).filter(state=SpecificationState.DRAFT).first()


def version_before(specification: Specification) -> Specification | None:
    """What this version is compared with: the one in force for a draft, the one it superseded otherwise."""
    published = Specification.objects.filter(number__isnull=False)
    if specification.number is not None:
        published = published.filter(number__lt=specification.number)
    return published.order_by("-number").first()


def languages() -> list[tuple[str, str]]:
    """The portal's languages by their own names."""
    return list(settings.LANGUAGES)
