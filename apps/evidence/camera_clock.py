"""What the clocks' comparison of an item's camera says, beside what its giver says of the file."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.cameras.check_state import check_state
from apps.evidence.models import EvidenceItem
from apps.evidence.presentation import Fact


def clock_facts(item: EvidenceItem) -> list[Fact]:
    """By how much the recorder was fast or slow when its owner last compared it; nothing where nobody did."""
    words = check_state(item.match.camera_id).clock_words if item.match else ""
    return [Fact(_("Recorder's clock, compared with ours"), words)] if words else []
