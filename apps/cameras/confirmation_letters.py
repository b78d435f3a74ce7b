"""The letters of a confirmation: one for a partner however many cameras it has, in each owner's language."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.cameras.confirmation_links import code_of, link_of
from apps.cameras.models import Camera, Confirmation
from apps.notifications.services import Draft
from apps.partners.models import MemberRole, Partner
from apps.partners.policies import MANAGING_ROLES
from apps.partners.selectors import members_of

# So many cameras are named; of more, the letter says how many there are, and the page names them all.
NAMED = 20
LAST_LETTER = 3


def keepers_of(partner: Partner) -> list[User]:
    """Whom the yearly question goes to: the owners, or the managers where no owner can be reached."""
    members = [member for member in members_of(partner) if member.role in MANAGING_ROLES]
    owners = [member.user for member in members if member.role == MemberRole.OWNER]
    return owners or [member.user for member in members]


def letters_for(confirmation: Confirmation, cameras: list[Camera], *, lapses_at: datetime) -> list[Draft]:
    """The next letter of the confirmation, a draft for each keeper; `cameras` have their sites at hand."""
    number = confirmation.letters + 1
    return [_letter(confirmation, cameras, person, number, lapses_at) for person in keepers_of(confirmation.partner)]


def _letter(confirmation: Confirmation, cameras: list[Camera], person: User, number: int, lapses_at: datetime) -> Draft:
    zone = ZoneInfo(person.time_zone or settings.PORTAL_TIME_ZONE)
    with translation.override(person.language or settings.LANGUAGE_CODE), timezone.override(zone):
        more = len(cameras) - NAMED
        context = {
            "person": person,
            "names": [f"{camera.name} ({camera.site.name})" for camera in cameras[:NAMED]],
            "more": ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more} if more > 0 else "",
            "count": len(cameras),
            "reminder": number > 1,
            "last": number >= LAST_LETTER,
            "lapses_at": lapses_at,
            "link": link_of(confirmation.public_id),
            "code": code_of(confirmation.public_id),
            "portal_name": settings.PORTAL_NAME,
            "site_url": settings.SITE_URL,
        }
        if number > 1:
            subject = _("Reminder: are your cameras still there?")
        else:
            subject = _("Are your cameras still there? One tap is enough")
        return Draft(
            kind="camera.confirmation",
            recipient=person.email,
            subject=subject,
            text=render_to_string("emails/cameras/confirmation.txt", context),
            html=render_to_string("emails/cameras/confirmation.html", context),
            dedupe_key=f"camera.confirmation:{confirmation.public_id}:{number}:{person.public_id}",
        )
