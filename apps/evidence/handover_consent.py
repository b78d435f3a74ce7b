"""What somebody agrees to who hands video over at the scene, in their own language."""

from __future__ import annotations

import hashlib

from django.utils import translation
from django.utils.translation import gettext as _

from apps.evidence.models import Handover

VERSION = 1


def consent_lines(handover: Handover) -> list[str]:
    """The sentences that are read and signed, in the language of the hand-over."""
    with translation.override(handover.language):
        return [
            _("I give a copy of this recording to %(agency)s: %(what)s.")
            % {"agency": handover.agency.name, "what": handover.what},
            _("I do this of my own free will. I could have said no."),
            _("It becomes evidence. It is sealed, and I cannot take it back."),
            _("It may be given to the prosecutor, the defense and a court, and it may become public."),
            _("My recorder and my own recording stay mine."),
            _("I get a receipt. It says which files came, and that nobody changed them since."),
        ]


def consent_digest(handover: Handover) -> str:
    """SHA-256 of the sentences, hexadecimal, for the ledger."""
    return hashlib.sha256("\n".join(consent_lines(handover)).encode()).hexdigest()
