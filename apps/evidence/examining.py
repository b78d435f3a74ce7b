"""What the evidence store promises and keeps: told at a worker's start, at `check --deploy` and by `check_store`."""

from __future__ import annotations

import logging
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, Warning, register

from apps.evidence.storage import StoreUnavailable, store

logger = logging.getLogger(__name__)

HELP = "See “A bucket for evidence” in docs/operations.md."


def log_examination() -> None:
    """Examine the store and log what is wrong with it. One that is away is no reason not to start: files then wait.

    One that is not safe is refused by the store itself, at each original: those wait in staging as well. A folder says
    nothing worth trying, and a new portal's is made with its first original.
    """
    if not store().locks:
        return
    try:
        found = store().examine()
    except StoreUnavailable as error:
        logger.warning("The evidence store could not be examined: %s", error)
        return
    for sentence in found.refusals:
        logger.error("No evidence is written to this store: %s", sentence)
    for sentence in found.warnings:
        logger.warning("The evidence store: %s", sentence)


@register(Tags.security, deploy=True)
def the_store_is_safe(**_kwargs: Any) -> list[CheckMessage]:
    """Before the portal is put to work: the bucket locks what it says it locks. A folder says nothing worth trying."""
    if not store().locks:
        return []
    try:
        found = store().examine()
    except StoreUnavailable as error:
        return [Error(f"The evidence store could not be examined. {error}", id="evidence.E001")]
    return [
        *(
            Error(sentence, hint="docs/operations.md, “A bucket for evidence”", id="evidence.E002")
            for sentence in found.refusals
        ),
        *(Warning(sentence, id="evidence.W001") for sentence in found.warnings),
    ]
