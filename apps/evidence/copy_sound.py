"""Whether a working copy may have the sound of its original: only if the agency and the giver both say yes.

Recording a conversation needs the consent of all parties (s. 934.03, F.S.). What is not known counts as no. The
original keeps its sound whatever is decided here.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.evidence.models import Derivative, EvidenceItem, SenderNote
from apps.evidence.states import CopySound, DerivativeKind, SoundAnswer

WORDS = {
    CopySound.KEPT: _("This copy has the sound: the agency's rules allow it, and who gave the file said yes."),
    CopySound.POLICY: _("This copy has no sound because the agency leaves sound out of working copies."),
    CopySound.REFUSED: _("This copy has no sound because who gave the file said no to it."),
    CopySound.UNKNOWN: _("This copy has no sound because who gave the file has not said yes to it."),
}


def decide_sound(item: EvidenceItem) -> CopySound:
    """What holds now for the copy of a film that has sound, by the agency's rule and the giver's present answer."""
    if not Agency.objects.filter(pk=item.agency_id, sound_in_copies=True).exists():
        return CopySound.POLICY
    said = SenderNote.objects.filter(upload=item.upload_id).values_list("sound", flat=True).first()
    if said == SoundAnswer.YES:
        return CopySound.KEPT
    return CopySound.REFUSED if said == SoundAnswer.NO else CopySound.UNKNOWN


def is_outdated(item: EvidenceItem) -> bool:
    """Whether the copy in use has sound that it may not have now, or lacks sound that it may."""
    had = copy_sound(item)
    return bool(had) and (had == CopySound.KEPT) != (decide_sound(item) == CopySound.KEPT)


def copy_sound(item: EvidenceItem) -> str:
    """What stands of the sound of the copy in use; empty without a copy, or where the original has none."""
    copies = Derivative.objects.in_use().filter(item=item, kind=DerivativeKind.WORKING_COPY)
    return copies.values_list("sound", flat=True).first() or ""


def copy_sound_in_words(item: EvidenceItem) -> str:
    """Whether the copy in use has sound, and why not; empty where there is nothing to say."""
    found = copy_sound(item)
    return str(WORDS[CopySound(found)]) if found else ""
