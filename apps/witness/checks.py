"""The system check of LEDGER_WITNESSES."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from apps.witness.witnesses import read_witness


def witnesses_can_be_read(**_: Any) -> list[CheckMessage]:
    """Fail for each witness that is not a verifier key and an address."""
    found: list[CheckMessage] = []
    for written in settings.LEDGER_WITNESSES:
        try:
            read_witness(written)
        except ValueError as error:
            hint = "`manage.py watch_ledger` on the witness prints the line."
            found.append(Error(f"LEDGER_WITNESSES: “{written}”: {error}", hint=hint, id="witness.E001"))
    return found
