"""The link to the receipt of what was handed over at the scene: scanned from the officer's screen, or from a letter."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from apps.links.kinds import Kind, register

HANDOVER = register(
    Kind(
        name="handover",
        page="evidence:handed_over",
        title=_("Open your receipt"),
        lead=_("Scan the code on the officer's screen, or use the link in the letter that we sent you."),
        button=_("Open the receipt"),
        wrong=_("This does not open. Scan the code again, or check each letter of the code in your letter."),
        remembered=lambda: timedelta(days=30),
        sign_in="",
    )
)
