"""The words of the notice before the staff's sign-in."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def notice_text() -> list[str]:
    """The paragraphs of the notice in the reader's language: the city's own words, else the portal's.

    CJIS AC-8: that it is a restricted system, that use is monitored, recorded and audited, that unauthorized use is
    forbidden and punishable, and that use is consent. STAFF_NOTICE_EN and STAFF_NOTICE_ES replace the words; a city
    that gives one language only is read in that one rather than in ours, since the words have legal weight.
    """
    own = settings.STAFF_NOTICE
    text = own.get((get_language() or "en")[:2]) or own.get("en") or ""
    if text.strip():
        return [line.strip() for line in text.replace("\\n", "\n").splitlines() if line.strip()]
    return [
        _("The staff side holds criminal justice information. It is a restricted system."),
        _("Its use is monitored, recorded and audited."),
        _("Unauthorized use is prohibited and may be punished under civil and criminal law."),
        _("By signing in as staff you consent to monitoring and recording."),
    ]
