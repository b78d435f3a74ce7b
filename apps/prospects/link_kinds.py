"""The links by which somebody sees what was entered about them, or which cameras are offered to them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.links.kinds import Kind, register

OWNER = register(
    Kind(
        name="owner",
        page="prospects:owner",
        title=_("What was entered about you"),
        lead=_("Use the link in the mail that we sent you. If it does nothing, type the code from the mail."),
        button=_("Open the page"),
        wrong=_("This does not open the page. Use the newest mail, and check each letter of the code."),
        remembered=lambda: timedelta(days=14),
    )
)

# Remembered as long as the offer is open: signing up and in, perhaps tomorrow, comes in between.
OFFER = register(
    Kind(
        name="offer",
        page="web:camera_offer",
        title=_("Cameras for you"),
        lead=_("Use the link or scan the code that you were given. If it does nothing, type the code beside it."),
        button=_("Open the page"),
        wrong=_("This does not open the page. Check each letter of the code, or ask for a new one."),
        remembered=lambda: timedelta(days=settings.CAMERA_OFFER_DAYS),
    )
)
