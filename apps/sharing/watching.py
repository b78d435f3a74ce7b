"""What the page of one shared video shows, for staff of another agency and for somebody outside alike."""

from __future__ import annotations

from typing import Any

from apps.evidence import presentation
from apps.evidence.media_tokens import LIFETIME_S, ORIGINAL
from apps.evidence.models import EvidenceItem
from apps.evidence.states import DerivativeKind
from apps.redaction.removals import removals_for_recipients
from apps.sharing.models import Grant
from apps.sharing.selectors import redaction_given
from apps.sharing.services.looking import savable, things_of
from apps.sharing.shared_tokens import SharedAccess


def watch_context(grant: Grant, item: EvidenceItem, access: SharedAccess) -> dict[str, Any]:
    """The page's context: a token for each thing that the grant gives, what can be saved, and what was taken out.

    Raises Unavailable if the store is away and parts were taken out.
    """
    redaction, saves = redaction_given(grant, item), savable(grant, item)
    return {
        "grant": grant,
        "item": item,
        "facts": [] if redaction else presentation.facts_of(item),
        "tokens": {kind: access.for_thing(thing).token() for kind, thing in things_of(grant, item).items()},
        "fps": presentation.frames_per_second(item),
        "lifetime_s": LIFETIME_S,
        "may_save_copy": any(one != ORIGINAL for one in saves),
        "may_save_original": ORIGINAL in saves,
        "redaction": redaction,
        "removals": removals_for_recipients(redaction) if redaction else [],
    }


def thing_to_save(grant: Grant, item: EvidenceItem, asked: str) -> str:
    """The name of what somebody asks to save: the original, or the copy that the grant gives."""
    if asked == ORIGINAL:
        return ORIGINAL
    copies = [one for one in savable(grant, item) if one != ORIGINAL]
    return copies[0] if copies else str(DerivativeKind.WORKING_COPY)
