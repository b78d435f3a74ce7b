"""The link by which somebody sets up a staff account."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.links.kinds import Kind, register

SETUP = register(
    Kind(
        name="staff-setup",
        page="web:staff_setup",
        title=_("Set up your staff account"),
        lead=_("Use the link in the mail that we sent you. If it does nothing, type the code from the mail."),
        button=_("Go on"),
        wrong=_("This does not open the page. Use the newest mail, or ask your program manager for a new invitation."),
        remembered=lambda: timedelta(hours=settings.STAFF_SETUP_HOURS),
    )
)
