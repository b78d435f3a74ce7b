"""The link of a grant, for a prosecutor or a defender who has no account here."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.links.kinds import Kind, register

# The link has no end of its own: its holder reads on its page that its days are over, and asks again there.
SHARED = register(
    Kind(
        name="shared",
        page="web:shared",
        title=_("Open what was shared with you"),
        lead=_(
            "Use the link in the mail that we sent you. You then get a code by mail. If the link does nothing, type the"
            " code that stands below it in the mail."
        ),
        button=_("Go on"),
        wrong=_(
            "This does not open. The link may have been replaced by a newer one: use the newest mail, and check each"
            " letter of the code."
        ),
        remembered=lambda: timedelta(days=settings.GRANT_LINK_DAYS * 4),
        sign_in="",
    )
)
