"""Invitations to owners. They name no place and no camera."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from apps.links.models import Link
from apps.notifications.services import queue_message
from apps.partners.services import way_out_of_letter
from apps.prospects.models import OwnerInvitation
from apps.prospects.states import Origin

INVITATION, REMINDER = "invitation", "reminder"


def invite(invitation: OwnerInvitation, link: Link, kind: str) -> None:
    """Queue the invitation or its reminder, unless its reader wants none; both languages if theirs is not known."""
    way_out = way_out_of_letter(email=invitation.email)
    if way_out is None:
        return
    known = [invitation.language] if invitation.language else [code for code, _name in settings.LANGUAGES]
    subjects, texts = [], []
    for language in known:
        with translation.override(language):
            context = {
                "by_partner": False,
                "stop": way_out.page,
                "agency": invitation.agency.name,
                "at_meeting": invitation.origin == Origin.MEETING,
                "reminder": kind == REMINDER,
                "days": settings.OWNER_ANSWER_DAYS,
                "link": link.address,
                "code": link.code,
                "portal_name": settings.PORTAL_NAME,
            }
            subjects.append(
                _("Is this your camera? %(agency)s asks you to confirm") % {"agency": invitation.agency.name}
            )
            texts.append(render_to_string("emails/prospects/owner.txt", context))
    queue_message(
        kind=f"owner.{kind}",
        recipient=invitation.email,
        subject=subjects[0],
        text="\n\n– – –\n\n".join(texts),
        dedupe_key=f"owner.{kind}:{invitation.public_id}",
        unsubscribe_url=way_out.one_click,
    )
