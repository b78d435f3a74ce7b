"""Links of partners: an offer to a member, an association's flyer, the ways out of letters."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from apps.links.kinds import Kind, register
from apps.partners.models import JoinCode

_LEAD = _("Use the link in the letter that we sent you. If it does nothing, type the code from the letter.")
_WRONG = _("This does not open. Use the newest letter, and check each letter of the code.")


def _current(subject: UUID) -> bool:
    """A flyer's code opens as long as it is the association's present one."""
    rows = JoinCode.objects.filter(public_id=subject, ended_at__isnull=True, association__left_at__isnull=True)
    return rows.exists()


# Remembered as long as the offer is open: signing up and in, perhaps tomorrow, comes in between.
MEMBER = register(
    Kind(
        name="member",
        page="web:invited",
        title=_("You are invited"),
        lead=_LEAD,
        button=_("Open the page"),
        wrong=_WRONG,
        remembered=lambda: timedelta(days=settings.MEMBER_INVITATION_DAYS),
    )
)

BELONG = register(
    Kind(
        name="belong",
        page="web:belong",
        title=_("Do you belong to an association?"),
        lead=_("Use the link in the letter or on the flyer. If it does nothing, type the code next to it."),
        button=_("Open the page"),
        wrong=_("We do not know this code. Check each letter, or ask the association for its present flyer."),
        remembered=lambda: timedelta(days=30),
        admits=_current,
    )
)

STOP = register(
    Kind(
        name="stop",
        page="web:appeals_stop",
        title=_("Letters of an association"),
        lead=_LEAD,
        button=_("Open the page"),
        wrong=_("This does not open. Use the newest letter, or sign in to choose which letters you get."),
        remembered=lambda: timedelta(days=1),
        sign_in="web:associations",
    )
)

NO_MAIL = register(
    Kind(
        name="no_mail",
        page="web:no_mail",
        title=_("No more mail from us"),
        lead=_LEAD,
        button=_("Open the page"),
        wrong=_("This does not open. Use the newest letter."),
        remembered=lambda: timedelta(days=1),
    )
)

INBOX = register(
    Kind(
        name="inbox",
        page="web:inbox",
        title=_("Letters of a partner"),
        lead=_LEAD,
        button=_("Open the page"),
        wrong=_WRONG,
        remembered=lambda: timedelta(days=1),
    )
)
