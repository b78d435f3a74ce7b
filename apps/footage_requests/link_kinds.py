"""The link of an invitation."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.links.kinds import Kind, register

INVITATION = register(
    Kind(
        name="invitation",
        page="footage_requests:invitation",
        title=_("Open your request"),
        lead=_(
            "Use the link in the mail that we sent you. It opens as often as you like until the request ends."
            " If the link does nothing, type the code that stands below it in the mail."
        ),
        button=_("Open the request"),
        wrong=_(
            "This does not open. The link may have been replaced by a newer one: use the newest mail, and check each"
            " letter of the code."
        ),
        # A browser remembers it for as long as the longest request lasts.
        remembered=lambda: timedelta(days=settings.REQUEST_OPEN_DAYS),
        sign_in="",
        again="footage_requests:again",
    )
)
