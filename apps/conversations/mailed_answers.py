"""An owner answers a letter by mail: it becomes a message of the conversation, as if written on the page.

The token in the address proves as much as the letter's link: it came with the same letter.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts.addresses import language_of_address
from apps.accounts.models import User, normalize_email
from apps.accounts.tallies import Counter, Limit, take
from apps.agencies.models import Agency
from apps.conversations.attaching import GivenFile
from apps.conversations.services import write_to_agency
from apps.core.errors import InvalidInput, PortalError
from apps.footage_requests.link_kinds import INVITATION
from apps.footage_requests.models import Invitation
from apps.ledger.values import Actor
from apps.links.services import links_of
from apps.notifications.replies import Answer, File
from apps.notifications.services import Draft, queue_messages
from apps.partners.models import Membership

_KEYS = uuid.UUID("5f2b8a54-0c63-4d0e-9d61-3a4c2f7f1f0b")
# Anybody can write to the mailbox; a flood of it stays at the mail server.
_FORWARDED = Limit("mail_forwarded", 60, 3600)
LONGEST = 10_000


class TooManyMails(Exception):
    """More mails to nobody than anybody would read: the mail server keeps them and asks again."""


def take_answer(answer: Answer) -> bool:
    """Put an answer into the conversation of its request. What cannot go there is told to the letter's reader."""
    assert answer.message is not None  # noqa: S101
    parts = answer.message.dedupe_key.split(":")
    invitation = Invitation.objects.filter(public_id=parts[1]).select_related("request__agency", "partner").first()
    if invitation is None:
        return False
    actor = Actor.invitation(invitation.public_id)
    author = _author(answer, invitation)
    key = uuid.uuid5(_KEYS, f"{answer.message.public_id} {answer.message_id or answer.text}")
    problems = []
    for files in _tries(answer.files):
        try:
            write_to_agency(
                invitation=invitation,
                text=answer.text,
                files=[GivenFile(one.name, one.content) for one in files],
                author=author,
                request_key=key,
                actor=actor,
            )
            break
        except InvalidInput as refusal:
            problems.append(str(refusal.message))
            if "files" not in refusal.fields:
                break
        except PortalError as refusal:
            if refusal.status >= 500:
                raise
            problems.append(str(refusal.message))
            break
    if problems:
        _tell(answer, invitation, problems[0])
    return True


def _tries(files: Iterable[File]) -> list[list[File]]:
    """With the files, then without those that cannot be kept: the words are not lost for them."""
    given = list(files)
    return [given, []] if given else [[]]


def _author(answer: Answer, invitation: Invitation) -> User | None:
    """The registrant to whom the letter went, if the answer came from the same address; else whoever held it."""
    assert answer.message is not None  # noqa: S101
    sender = normalize_email(parseaddr(answer.sender)[1] or "-")
    if sender != normalize_email(answer.message.recipient):
        return None
    acts = Membership.objects.filter(partner=invitation.partner, ended_at__isnull=True, user__email=sender)
    found = acts.select_related("user").first()
    return found.user if found else None


def _tell(answer: Answer, invitation: Invitation, problem: str) -> None:
    """One letter an hour at most, to the address on file and to no other."""
    assert answer.message is not None  # noqa: S101
    link = links_of(kind=INVITATION, subjects=[invitation.public_id]).get(invitation.public_id)
    language = language_of_address(answer.message.recipient) or settings.LANGUAGE_CODE
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    with translation.override(language):
        context = {
            "agency": invitation.request.agency.name,
            "phone": invitation.request.agency.phone,
            "request_code": invitation.request.code,
            "problem": problem,
            "link": link.address if link is not None and link.lives else "",
            "portal_name": settings.PORTAL_NAME,
        }
        queue_messages(
            [
                Draft(
                    kind="conversation.not_taken",
                    recipient=answer.message.recipient,
                    subject=_("Your answer by mail did not reach %(agency)s") % {"agency": context["agency"]},
                    text=render_to_string("emails/conversations/not_taken.txt", context),
                    dedupe_key=f"not_taken:{invitation.public_id}:{hour:%Y%m%d%H}",
                )
            ]
        )


def forward_to_agency(answer: Answer) -> bool:
    """A mail that is no answer to a letter of a request goes to the published address of the agency."""
    agency = Agency.objects.filter(is_active=True).exclude(email="").order_by("pk").first()
    if agency is None:
        return False
    if not take(Counter(_FORWARDED, "all")).passes:
        raise TooManyMails
    context = {"answer": answer, "text": answer.whole_text[:LONGEST], "portal_name": settings.PORTAL_NAME}
    with translation.override(settings.LANGUAGE_CODE):
        queue_messages(
            [
                Draft(
                    kind="partner.mail_forwarded",
                    recipient=agency.email,
                    subject=_("Somebody wrote to the portal by mail"),
                    text=render_to_string("emails/conversations/forwarded.txt", context),
                    dedupe_key=f"forwarded:{uuid.uuid5(_KEYS, answer.message_id or answer.sender + answer.whole_text)}",
                )
            ]
        )
    return True
