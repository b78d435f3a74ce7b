"""The letters of a confirmation: one for a partner however many cameras it has, in each owner's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.cameras.models import Camera, Confirmation
from apps.links.models import Link
from apps.notifications.services import Draft
from apps.partners.models import MemberRole, Partner
from apps.partners.policies import MANAGING_ROLES
from apps.partners.selectors import members_of

# So many cameras are named; of more, the letter says how many there are, and the page names them all.
NAMED = 20
LAST_LETTER = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What one letter asks: the first cameras by name, how many there are, which letter, when they lapse (UTC)."""

    names: list[str]
    count: int
    number: int
    lapses_at: datetime


def keepers_of(partner: Partner) -> list[User]:
    """Whom the yearly question goes to: the owners, or the managers where no owner can be reached."""
    members = [member for member in members_of(partner) if member.role in MANAGING_ROLES]
    owners = [member.user for member in members if member.role == MemberRole.OWNER]
    return owners or [member.user for member in members]


def letters_for(
    confirmation: Confirmation, cameras: QuerySet[Camera], *, link: Link, number: int, lapses_at: datetime
) -> list[Draft]:
    """Letter `number` of the confirmation, a draft for each keeper. Of many cameras it opens the first names alone."""
    named = [f"{camera.name} ({camera.site.name})" for camera in cameras.select_related("site").order_by("pk")[:NAMED]]
    asked = Asked(named, cameras.count(), number, lapses_at)
    return [_letter(link, asked, person) for person in keepers_of(confirmation.partner)]


def _letter(link: Link, asked: Asked, person: User) -> Draft:
    zone = ZoneInfo(person.time_zone or settings.PORTAL_TIME_ZONE)
    with translation.override(person.language or settings.LANGUAGE_CODE), timezone.override(zone):
        more, number = asked.count - len(asked.names), asked.number
        context = {
            "person": person,
            "names": asked.names,
            "more": ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more} if more > 0 else "",
            "count": asked.count,
            "reminder": number > 1,
            "last": number >= LAST_LETTER,
            "lapses_at": asked.lapses_at,
            "link": link.address,
            "code": link.code,
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
            dedupe_key=f"camera.confirmation:{link.subject}:{link.generation}:{number}:{person.public_id}",
        )
