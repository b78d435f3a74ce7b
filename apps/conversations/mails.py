"""Letters about conversations. None holds a word of a message: a mailbox is not a safe."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.conversations.models import Thread, ThreadMessage
from apps.conversations.states import MessageKind
from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.mails import readers_at
from apps.links.services import link_for_letter
from apps.notifications.services import Draft, queue_messages, tell_staff
from apps.partners.selectors import contact_hours_of


def queue_for_owner(message: ThreadMessage) -> None:
    """One letter for each person who acts for the partner, with the link of the invitation, in the partner's hours."""
    invitation = message.thread.invitation
    asked, kind = invitation.request, message.kind
    link = link_for_letter(kind=INVITATION, subject=invitation.public_id)
    hours = contact_hours_of([invitation.partner_id]).get(invitation.partner_id)
    drafts = []
    reached = set(invitation.matches.values_list("camera__site_id", flat=True))
    page = f"{settings.SITE_URL.rstrip('/')}{reverse('footage_requests:conversation', args=[invitation.public_id])}"
    for reader in readers_at(invitation.partner_id, reached):
        signs_in = reader.sites is not None
        with translation.override(reader.language), timezone.override(ZoneInfo(asked.time_zone)):
            subject = (
                _("%(agency)s thanks you for your answer")
                if kind == MessageKind.THANKS
                else _("%(agency)s wrote to you about its request")
            )
            context = {
                "agency": asked.agency.name,
                "phone": asked.agency.phone,
                "request_code": asked.code,
                "thanks": kind == MessageKind.THANKS,
                "signs_in": signs_in,
                "link": page if signs_in else link.address,
                "code": "" if signs_in else link.code,
                "code_page": f"{settings.SITE_URL.rstrip('/')}{reverse('links:code')}",
                "portal_name": settings.PORTAL_NAME,
                "takes_answers": bool(settings.MAIL_RETURN_ADDRESS),
            }
            drafts.append(
                Draft(
                    kind="conversation.owner",
                    recipient=reader.email,
                    subject=subject % {"agency": asked.agency.name},
                    text=render_to_string("emails/conversations/owner.txt", context),
                    not_before=hours.next(timezone.now()) if hours else None,
                    dedupe_key=f"thread:{invitation.public_id}:{link.generation}:{message.number}:{reader.public_id}",
                )
            )
    if drafts:
        queue_messages(drafts)


def tell_staff_member(thread: Thread, person: User, kind: str, *, once: str) -> None:
    """A staff member learns of `kind` (question, not_right, overdue) in the way that they chose; one for `once`."""
    asked = thread.invitation.request
    path = reverse("admin:footage_requests_footagerequest_thread", args=[thread.invitation.public_id])
    page = f"{settings.SITE_URL.rstrip('/')}{path}"
    with translation.override(person.language or settings.LANGUAGE_CODE):
        subjects = {
            "question": _("An owner wrote about a request for footage"),
            "not_right": _("An owner says that something was not right"),
            "overdue": _("An owner waits longer than was promised"),
        }
        context = {
            "person": person,
            "kind": kind,
            "code": asked.code,
            "page": page,
            "portal_name": settings.PORTAL_NAME,
        }
        tell_staff(
            Draft(
                kind=f"conversation.{kind}",
                recipient=person.email,
                reader=person,
                about=thread.public_id,
                subject=subjects[kind],
                text=render_to_string("emails/conversations/staff.txt", context),
                digest_line=f"{asked.code}: {page}",
                dedupe_key=f"thread.{kind}:{thread.public_id}:{once}:{person.public_id}",
            )
        )
