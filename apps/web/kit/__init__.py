"""The welcome kit: a sign for the window and a one-page certificate, as tagged PDF (PDF/UA-1) in each language.

Neither names a place or a number of cameras: they are made to be seen by strangers.
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.template.defaultfilters import date as in_words
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from apps.agencies.models import Agency
from apps.core.typesetting import typeset_pdf
from apps.partners.models import Partner
from apps.partners.selectors import consented_agencies
from apps.terms.selectors import acceptances_of

HERE = Path(__file__).parent


def window_sign(language: str) -> bytes:
    """The sign for a window or door, on a letter page across."""
    with translation.override(language):
        agencies = [agency.name for agency in Agency.objects.filter(is_active=True)]
        words = {
            "title": _("Sign for the window"),
            "headline": _("This place takes part."),
            "lines": [
                _("The cameras here belong to the people here. Nobody watches through them from outside."),
                _("When something happens nearby, a detective may ask for a few minutes of video. The owner decides."),
            ],
            "scan": _("How it works and what we promise:"),
            "qr_alt": _("QR code that leads to the program's public page"),
        }
        return _sheet("sign", words, agencies=get_text_list(agencies, _("and")))


def certificate(partner: Partner, language: str) -> bytes:
    """The certificate of one partner, on an upright letter page."""
    with translation.override(language):
        facts = [(_("Partner since"), _day(partner.created_at))]
        accepted = acceptances_of(partner).first()
        if accepted is not None:
            facts.append((_("Terms accepted on"), _day(accepted.accepted_at)))
        allowed = [agency.name for agency in consented_agencies(partner)]
        facts.append((_("May ask for video"), get_text_list(allowed, _("and")) or _("nobody at present")))
        facts.append((_("Printed on"), _day(timezone.now())))
        words = {
            "title": _("Certificate of partnership"),
            "says": _("This is to say thank you to"),
            "part": _("who registered cameras of their own free will, so that a neighbor in trouble can be helped."),
            "facts": facts,
            "limits": _(
                "This certificate gives no rights and no duties. Taking part is voluntary, each request may be "
                "declined, and a partner may leave at any time."
            ),
            "qr_alt": _("QR code that leads to the program's public page"),
        }
        return _sheet("certificate", words, name=partner.name)


def _sheet(sheet: str, words: dict[str, Any], **more: Any) -> bytes:
    address = settings.SITE_URL.rstrip("/") + reverse("web:home")
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", border=2, dark="#14261f", light="#ffffff")
    data = {
        "words": words,
        "language": translation.get_language(),
        "program": settings.PORTAL_NAME,
        "address": address,
        "address_shown": urlsplit(address).netloc,
        "qr": drawing.getvalue().decode(),
        "mark": (settings.BASE_DIR / "static" / "img" / "mark.svg").read_text(encoding="utf-8"),
        **more,
    }
    return typeset_pdf(HERE / f"{sheet}.typ", data)


def _day(moment: datetime) -> str:
    return str(in_words(timezone.localtime(moment), "DATE_FORMAT"))
