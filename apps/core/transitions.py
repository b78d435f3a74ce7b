"""The guard that every status change passes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.core.errors import WrongState


class Transitions:
    """Which states may follow which. `TRANSITIONS = Transitions({A: {B, C}, …})` stands in an app's `states.py`."""

    def __init__(self, allowed: Mapping[str, set[str]]) -> None:
        self._allowed = {str(source): frozenset(map(str, targets)) for source, targets in allowed.items()}

    def allows(self, source: str, target: str) -> bool:
        """Say whether `target` may follow `source`."""
        return str(target) in self._allowed.get(str(source), frozenset())

    def check(self, source: str, target: str) -> None:
        """Raise WrongState unless `target` may follow `source`."""
        if not self.allows(source, target):
            raise WrongState(
                _("This cannot go from “%(source)s” to “%(target)s”.") % {"source": source, "target": target},
                code="transition",
            )
