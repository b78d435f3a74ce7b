"""The system check of the ledger's triggers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error

from apps.ledger import triggers


def triggers_are_there(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Fail if the database does not guard the ledger (runs with `check --database default` and before `migrate`)."""
    return [
        Error(
            f"The database does not guard the ledger: {', '.join(names)} missing or changed in “{alias}”.",
            hint="Find out who dropped them, then `manage.py migrate --skip-checks` makes them again.",
            id="ledger.E001",
        )
        for alias in databases or ()
        if (names := triggers.missing(alias))
    ]
