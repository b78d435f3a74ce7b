"""A redaction in words, and what its page's script needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.evidence.copy_sound import decide_sound
from apps.evidence.models import EvidenceItem
from apps.evidence.policies import can_play_item
from apps.evidence.presentation import size_in_words
from apps.evidence.states import CopySound, DerivativeKind, ItemKind, ItemState
from apps.media.errors import REASONS
from apps.redaction.exemptions import EXEMPTIONS
from apps.redaction.models import PlanVersion, Redaction
from apps.redaction.policies import can_redact
from apps.redaction.selectors import plays_over, redactions_of
from apps.redaction.services.rendering import NO_TIMES, NOT_OPENED, SOUND, STOPPED
from apps.redaction.states import RedactionState
from apps.staff.redaction.forms import StartForm


@dataclass(frozen=True, slots=True)
class RedactionRow:
    """One redaction as lists and pages show it."""

    redaction: Redaction

    @property
    def is_being_made(self) -> bool:
        """Whether a page that shows it looks again."""
        return self.redaction.state == RedactionState.SIGNED

    @property
    def is_remade(self) -> bool:
        """Whether the working copy was made anew since it was begun."""
        return not self.redaction.item.derivatives.in_use().filter(digest=self.redaction.film).exists()

    @property
    def problem(self) -> str:
        """Why it cannot be made; empty where nothing is wrong."""
        code = self.redaction.problem
        own = {
            STOPPED: _("Its worker stopped three times."),
            NOT_OPENED: _("The video may not be opened any more."),
            SOUND: _("Sound may not be in copies of this video any more."),
            NO_TIMES: REASONS["other_film"],
        }
        return str(own.get(code) or REASONS.get(code, REASONS["no_result"])) if code else ""

    @property
    def size(self) -> str:
        """How large the copy is; empty until it is made."""
        made = self.redaction.made
        return size_in_words(made.size).partition(" (")[0] if made else ""

    @property
    def proof(self) -> list[tuple[str, str]]:
        """What the comparison with the original found, as pairs of words; empty until there is one."""
        found = self.redaction.proof
        if not found:
            return []
        sound = _("kept, silent in the muted spans") if found["sound"] else _("none")
        return [
            (_("Pictures, as many as the original shows, each at its time"), number_format(found["pictures"])),
            (_("Boxes compared"), number_format(found["boxes"])),
            (_("Pixels compared, each of which differs"), number_format(found["pixels"])),
            (_("Least difference of one, of 255"), number_format(found["least"])),
            (_("Sound"), sound),
            (_("Made by"), found["recipe"]),
            (_("Digest of what was signed"), found["plan"]),
            (_("Digest of the copy (SHA-256)"), found["digest"]),
        ]


def redaction_rows(user: User, items: Iterable[EvidenceItem]) -> list[RedactionRow]:
    """Those of these items, the newest first."""
    return [RedactionRow(one) for one in redactions_of(user, items)]


def film_tokens(redaction: Redaction) -> list[str] | None:
    """The things of the film that its page plays; None if what plays now has other pictures than it was drawn in."""
    made = dict(redaction.item.derivatives.in_use().values_list("kind", "digest"))
    if not plays_over(redaction):
        return None
    return [kind for kind in (DerivativeKind.WORKING_COPY, DerivativeKind.TIMES) if kind in made]


def page_data(redaction: Redaction, newest: PlanVersion, *, editable: bool) -> dict[str, Any]:
    """For the script: the plan, the film's size, and words."""
    return {
        "plan": newest.plan().to_json(),
        "version": redaction.version,
        "editable": editable,
        "width": redaction.width,
        "height": redaction.height,
        "pictures": redaction.pictures,
        "words": {
            "play": _("Play"),
            "pause": _("Pause"),
            "region": _("Region {n}"),
            "mute": _("Muted span {n}"),
            "pictures": _("pictures"),
            "boxes": _("drawn boxes: {n}"),
            "noRegions": _("Nothing is covered yet. Go to a picture, and draw a box over what has to be covered."),
            "noMutes": _("No sound is muted."),
            "none": _("No region is chosen."),
            "drawn": _("In this picture the box is drawn."),
            "between": _("In this picture the box lies between two that are drawn."),
            "held": _("In this picture the box is held beside one that is drawn."),
            "not": _("In this picture the chosen region is not covered."),
        },
    }


def statutes() -> list[tuple[str, str]]:
    """The list of grounds: code, and citation with its words."""
    return [(one.code, f"{one.citation}: {one.words}" if one.citation else str(one.words)) for one in EXEMPTIONS]


def redactions_beside(user: User, item: EvidenceItem) -> dict[str, Any]:
    """For the page of an item: its redactions, and the form that begins another one."""
    may = can_redact(user, item.submission.case) and can_play_item(user, item) and item.kind in ("", ItemKind.VIDEO)
    begins = may and item.state == ItemState.PLAYABLE
    return {
        "redactions": redaction_rows(user, [item]),
        "redact_form": StartForm(auto_id="redact_%s") if begins else None,
        "may_keep_sound": begins and decide_sound(item) == CopySound.KEPT,
    }
