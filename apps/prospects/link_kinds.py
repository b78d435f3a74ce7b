"""The link by which an owner sees what somebody else entered about them."""

from __future__ import annotations

from datetime import timedelta

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
